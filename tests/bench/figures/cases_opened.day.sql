SELECT toDate(opened_at, 'Europe/Moscow') AS day, count() AS value
FROM yardstick.cases
WHERE purpose = 'REAL'
  AND opened_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND opened_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
