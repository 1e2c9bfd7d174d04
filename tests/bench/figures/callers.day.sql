SELECT
    toDate(queued_at, 'Europe/Moscow') AS day,
    uniqExact(customer) AS value,
    count() AS n
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
  AND customer != toUUID('00000000-0000-0000-0000-000000000000')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
