SELECT
    toDate(sent_at, 'Europe/Moscow') AS day,
    countIf(completed_at > toDateTime64(0, 6, 'UTC')) / n AS value,
    count() AS n
FROM yardstick.survey_questions
WHERE purpose = 'REAL'
  AND NOT not_asked
  AND (bounced_at = toDateTime64(0, 6, 'UTC')
       OR partial_at > toDateTime64(0, 6, 'UTC')
       OR completed_at > toDateTime64(0, 6, 'UTC'))
  AND sent_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND sent_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
