SELECT
    min(occurred_at) AS began_at,
    argMin(kind, place) AS first_kind,
    argMin(channel, place) AS first_channel,
    argMin(direction, place) AS first_direction,
    argMinIf(topic, place, topic != '') AS first_topic,
    count() AS contacts,
    uniqExactIf(channel, channel != 'UNSPECIFIED') AS channels,
    sum(switches AND NOT begins) AS channel_switches,
    countIf(hand_off_mode = 'RELAY') AS relays,
    -- A person's messages, and calls that were answered.
    countIf(author = 'EMPLOYEE' OR call_end = 'ANSWERED') AS persons,
    -- Microseconds; 0: it has none.
    maxIf(micros, author = 'BOT') AS bot_micros,
    maxIf(micros, author = 'CUSTOMER' OR direction = 'INBOUND') AS customer_micros,
    intDiv(max(ended_micros) - min(micros), 1000) AS lead_ms,
    least(sum(talk_ms + hold_ms), lead_ms) AS touch_ms,
    toInt8(1) AS sign
FROM
(
    SELECT
        *,
        (micros, kind, contact_id) AS place,
        sum(begins) OVER
        (
            PARTITION BY conversation_id
            ORDER BY occurred_at, kind, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS journey
    FROM
    (
        SELECT
            conversation_id,
            occurred_at,
            kind,
            contact_id,
            channel,
            direction,
            topic,
            author,
            hand_off_mode,
            call_end,
            talk_ms,
            hold_ms,
            toUnixTimestamp64Micro(occurred_at) AS micros,
            greatest(micros, toUnixTimestamp64Micro(ended_at)) AS ended_micros,
            -- 30 days after the last contact at the earliest.
            micros - lagInFrame(micros, 1, toInt64(0)) OVER whole > 30 * 86400000000 AS begins,
            anyLastIf(channel, channel != 'UNSPECIFIED') OVER earlier AS channel_before,
            channel != 'UNSPECIFIED' AND channel_before != 'UNSPECIFIED'
                AND channel_before != channel AS switches
        FROM {{contacts}}
        WHERE purpose = 'REAL'
          AND conversation_id != ''
          -- Contacts that a journey may have begun with; it may last for ever.
          AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
          AND sign > 0
          AND (src_partition, src_offset) NOT IN
          (
              SELECT src_partition, toUInt64(retires - 1)
              FROM {{contacts}}
              WHERE sign < 0
                AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
          )
        WINDOW
            whole AS
            (
                PARTITION BY conversation_id
                ORDER BY occurred_at, kind, contact_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ),
            earlier AS
            (
                PARTITION BY conversation_id
                ORDER BY occurred_at, kind, contact_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
    )
)
GROUP BY conversation_id, journey
