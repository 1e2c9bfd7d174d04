-- When the newest event was recorded that a table with one row an offset holds.
SELECT toUnixTimestamp64Milli(max(recorded_at)) AS recorded_ms
FROM clientele.{table:Identifier}
