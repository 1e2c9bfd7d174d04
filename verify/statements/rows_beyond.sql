-- Rows of offsets that the log did not have, or of partitions that it does not have.
SELECT
    src_partition,
    src_offset,
    count() AS rows
FROM clientele.{table:Identifier}
WHERE src_offset >= {ends:Array(UInt64)}[src_partition + 1]
GROUP BY src_partition, src_offset
ORDER BY src_partition, src_offset
LIMIT {most:UInt64}
