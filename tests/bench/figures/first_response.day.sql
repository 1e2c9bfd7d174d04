-- From a customer's first message of a conversation, or the first after 30 days, to the next reply of
-- a person.
SELECT
    toDate(occurred_at, 'Europe/Moscow') AS day,
    avg(intDiv(replied - micros, 1000)) / 1000 AS value,
    count() AS n,
    stddevSamp(intDiv(replied - micros, 1000)) / 1000 AS deviation
FROM
(
    SELECT
        occurred_at,
        author,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        max(micros) OVER earlier AS before,
        anyLastIf(micros, author = 'EMPLOYEE') OVER later AS replied
    FROM yardstick.contacts
    WHERE purpose = 'REAL'
      AND kind = 'MESSAGE'
      AND conversation_id != ''
      AND author IN ('CUSTOMER', 'EMPLOYEE')
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
    WINDOW
        earlier AS
        (
            PARTITION BY conversation_id
            ORDER BY occurred_at, author, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        later AS
        (
            PARTITION BY conversation_id
            ORDER BY occurred_at DESC, author DESC, contact_id DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
)
WHERE author = 'CUSTOMER'
  AND micros - before > 30 * 86400000000
  AND replied > 0
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
