-- The same for a table that has one row an offset.
SELECT
    src_offset,
    toUnixTimestamp64Milli(recorded_at) AS recorded_ms
FROM clientele.{table:Identifier}
WHERE src_partition = {partition:UInt16}
  AND src_offset >= {from:UInt64}
  AND src_offset < {to:UInt64}
