SELECT toDate(submitted_at, 'Europe/Moscow') AS day, count() AS value
FROM yardstick.evaluations
WHERE purpose IN ('REAL', 'MYSTERY')
  AND evaluator_id != ''
  AND submitted_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND submitted_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
