SELECT toDate(occurred_at, 'Europe/Moscow') AS day, count() AS value
FROM yardstick.contacts
WHERE purpose = 'REAL'
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
