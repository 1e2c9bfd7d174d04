SELECT
    CAST(employee_id AS String) AS employee,
    countIf(multiIf(scale = 'CSAT_2', rated = 1, scale = 'CSAT_3', rated = 3, rated >= 4)) / n AS value,
    count() AS n
FROM yardstick.survey_questions
WHERE purpose = 'REAL'
  AND scale IN ('CSAT_2', 'CSAT_3', 'CSAT_5')
  AND answered
  AND completed_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND completed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
HAVING n >= 10
