SELECT
    toDate(completed_at, 'Europe/Moscow') AS day,
    uniqExact(customer) AS value,
    count() AS n
FROM yardstick.survey_questions
WHERE purpose = 'REAL'
  AND answered
  AND (scale = 'NPS_11' AND rated >= 9 OR scale = 'NPS_BINARY' AND rated = 1)
  AND customer != toUUID('00000000-0000-0000-0000-000000000000')
  AND completed_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND completed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
