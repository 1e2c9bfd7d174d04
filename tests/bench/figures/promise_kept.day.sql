SELECT
    toDate(fulfilled_at, 'Europe/Moscow') AS day,
    countIf((due_at = toDateTime64(0, 6, 'UTC') OR fulfilled_at <= due_at)
            AND (amount_kept OR NOT amount_promised)) / n AS value,
    count() AS n
FROM yardstick.promises
WHERE purpose = 'REAL'
  AND fulfilled_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND fulfilled_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
