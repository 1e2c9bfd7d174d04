-- Answered calls without another contact of the customer on the topic within 7 days.
SELECT
    toDate(occurred_at, 'Europe/Moscow') AS day,
    countIf(next_micros - micros > 7 * 86400000000) / n AS value,
    count() AS n
FROM
(
    SELECT
        occurred_at,
        kind,
        call_end,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        leadInFrame(micros, 1, toInt64(4611686018427387904)) OVER
        (
            PARTITION BY customer, topic
            ORDER BY occurred_at, kind, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS next_micros
    FROM yardstick.contacts
    WHERE purpose = 'REAL'
      AND direction = 'INBOUND'
      AND customer != toUUID('00000000-0000-0000-0000-000000000000')
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 7 DAY
)
WHERE kind = 'CALL'
  AND call_end = 'ANSWERED'
  AND micros <= {known_at:Int64} - 7 * 86400000000
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
