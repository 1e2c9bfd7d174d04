-- The last record below an offset that a table with one row an offset holds, of one partition.
SELECT
    src_offset,
    toUnixTimestamp64Milli(recorded_at) AS recorded_ms
FROM clientele.{table:Identifier}
WHERE src_partition = {partition:UInt16}
  AND src_offset < {below:UInt64}
ORDER BY src_offset DESC
LIMIT 1
