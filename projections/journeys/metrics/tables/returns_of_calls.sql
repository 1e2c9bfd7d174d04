-- Microseconds; without a contact before or after it they are longer than any window.
SELECT
    customer,
    occurred_at,
    queue_id,
    topic,
    employee_id,
    team_id,
    line,
    call_end,
    {known_at:Int64} - micros AS age,
    micros - previous_micros AS since_previous,
    next_micros - micros AS until_next,
    toInt8(1) AS sign
FROM
(
    SELECT
        customer,
        occurred_at,
        kind,
        queue_id,
        topic,
        employee_id,
        team_id,
        line,
        call_end,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        lagInFrame(micros, 1, toInt64(-4611686018427387904)) OVER by_topic AS previous_micros,
        leadInFrame(micros, 1, toInt64(4611686018427387904)) OVER by_topic AS next_micros
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND direction = 'INBOUND'
      AND customer != toUUID('00000000-0000-0000-0000-000000000000')
      -- The longest window lies before and after.
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 30 DAY
      AND sign > 0
      AND (src_partition, src_offset) NOT IN
      (
          SELECT src_partition, toUInt64(retires - 1)
          FROM {{contacts}}
          WHERE sign < 0
            AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
            AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 30 DAY
      )
    WINDOW by_topic AS
    (
        PARTITION BY customer, topic
        ORDER BY occurred_at, kind, contact_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
WHERE kind = 'CALL'
