SELECT
    toDate(queued_at, 'Europe/Moscow') AS day,
    quantileExactLow(wait_ms) / 1000 AS value,
    count() AS n
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` = 'ANSWERED'
  AND wait_ms >= 0
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
