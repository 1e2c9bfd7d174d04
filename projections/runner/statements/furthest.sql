-- How far a table's rows reach, per partition, from the ledgers' offsets on.
SELECT
    src_partition,
    max(src_offset) AS furthest
FROM clientele.{table:Identifier}
WHERE src_offset >= {least:UInt64}
  AND src_offset >= {from:Array(UInt64)}[src_partition + 1]
GROUP BY src_partition
