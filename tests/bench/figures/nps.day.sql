SELECT
    toDate(completed_at, 'Europe/Moscow') AS day,
    100 * (countIf(rated >= 9) - countIf(rated < 7)) / n AS value,
    count() AS n
FROM yardstick.survey_questions
WHERE purpose = 'REAL'
  AND scale = 'NPS_11'
  AND answered
  AND completed_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND completed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
