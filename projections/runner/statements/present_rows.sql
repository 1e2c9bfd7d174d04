-- The row keys that a table holds in a range of offsets of one partition.
SELECT
    src_offset,
    retires,
    row,
    toUnixTimestamp64Milli(recorded_at) AS recorded_ms
FROM clientele.{table:Identifier}
WHERE src_partition = {partition:UInt16}
  AND src_offset >= {from:UInt64}
  AND src_offset < {to:UInt64}
