SELECT
    toDate(queued_at, 'Europe/Moscow') AS day,
    sum(hold_ms) / sum(talk_ms + hold_ms + wrap_ms) AS value,
    count() AS n
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` = 'ANSWERED'
  AND legs > 0
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
