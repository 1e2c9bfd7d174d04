-- A journey begins with a contact before which its conversation was silent for 30 days.
SELECT toDate(occurred_at, 'Europe/Moscow') AS day, count() AS value
FROM
(
    SELECT
        occurred_at,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        micros - lagInFrame(micros, 1, toInt64(0)) OVER
        (
            PARTITION BY conversation_id
            ORDER BY occurred_at, kind, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) > 30 * 86400000000 AS begins
    FROM yardstick.contacts
    WHERE purpose = 'REAL'
      AND conversation_id != ''
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)
WHERE begins
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
