-- Rows below an offset of each partition.
SELECT
    src_partition,
    count() AS rows
FROM clientele.{table:Identifier}
WHERE src_offset < {next:Array(UInt64)}[src_partition + 1]
GROUP BY src_partition
