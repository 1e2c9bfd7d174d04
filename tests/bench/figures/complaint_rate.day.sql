SELECT
    toDate(occurred_at, 'Europe/Moscow') AS day,
    100 * countIf(kind = 'COMPLAINT') / n AS value,
    count() AS n
FROM yardstick.interactions
WHERE purpose = 'REAL'
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
