SELECT
    toDate(closed_at, 'Europe/Moscow') AS day,
    avg(resolution_ms) / 1000 AS value,
    count() AS n,
    stddevSamp(resolution_ms) / 1000 AS deviation
FROM yardstick.cases
WHERE purpose = 'REAL'
  AND resolution_ms >= 0
  AND closed_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND closed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
