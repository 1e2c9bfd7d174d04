SELECT
    toDate(queued_at, 'Europe/Moscow') AS day,
    countIf(`end` IN ('ANSWERED', 'ABANDONED'))
        - countIf(`end` = 'ABANDONED' AND wait_ms BETWEEN 0 AND 4999) AS n,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 20000) / n AS value
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
