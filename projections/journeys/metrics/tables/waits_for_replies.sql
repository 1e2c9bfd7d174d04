SELECT
    customer,
    occurred_at,
    channel,
    topic,
    if(asks, 'MESSAGE', 'HAND_OFF') AS begins_with,
    is_first,
    wait.1 AS ends_with,
    if(wait.3 = 0, -1, intDiv(wait.3 - micros, 1000)) AS wait_ms,
    fromUnixTimestamp64Micro(wait.3, 'UTC') AS ended_at,
    -- In open hours, where both ends lie in what is known of them; else -1. A stretch is told by its
    -- number, the last one that began by then.
    wait.3 != 0 AND micros >= {open_from:Int64} AND wait.3 <= {open_to:Int64} AS clocked,
    transform(roundDown(micros, {open_moments:Array(Int64)}),
              {open_moments:Array(Int64)}, arrayEnumerate({open_moments:Array(Int64)}), 0)
        AS begin_stretch,
    transform(roundDown(wait.3, {open_moments:Array(Int64)}),
              {open_moments:Array(Int64)}, arrayEnumerate({open_moments:Array(Int64)}), 0)
        AS end_stretch,
    {open_measures:Array(Int64)}[begin_stretch]
        + least(micros - {open_moments:Array(Int64)}[begin_stretch],
                {open_lengths:Array(Int64)}[begin_stretch]) AS open_until_begin,
    {open_measures:Array(Int64)}[end_stretch]
        + least(wait.3 - {open_moments:Array(Int64)}[end_stretch],
                {open_lengths:Array(Int64)}[end_stretch]) AS open_until_end,
    if(clocked, intDiv(open_until_end - open_until_begin, 1000), -1) AS business_ms,
    wait.4 AS employee_id,
    wait.5 AS team_id,
    wait.6 AS line,
    toInt8(1) AS sign
FROM
(
    SELECT
        customer,
        occurred_at,
        channel,
        topic,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        author = 'CUSTOMER' AS asks,
        author = 'EMPLOYEE' AS replies,
        replies AND reply_kind NOT IN ('HOLDING', 'TEMPLATE') AS answers,
        hand_off_mode != 'UNSPECIFIED' AS hands_over,
        -- Microseconds, of the nearest message of each sort; 0: there is none.
        anyLastIf(micros, asks) OVER earlier AS asked_before,
        anyLastIf(micros, replies) OVER earlier AS replied_before,
        anyLastIf(micros, answers) OVER earlier AS answered_before,
        anyLastIf(micros, replies) OVER later AS replied,
        anyLastIf(employee_id, replies) OVER later AS replying_employee,
        anyLastIf(team_id, replies) OVER later AS replying_team,
        anyLastIf(line, replies) OVER later AS replying_line,
        anyLastIf(micros, answers) OVER later AS answered,
        anyLastIf(employee_id, answers) OVER later AS answering_employee,
        anyLastIf(team_id, answers) OVER later AS answering_team,
        anyLastIf(line, answers) OVER later AS answering_line,
        -- Whether a message asks anew: after 30 days the one before waits for it no more.
        micros - asked_before > 30 * 86400000000 AS asks_anew,
        asks_anew OR replied_before >= asked_before AS asks_for_reply,
        asks_anew OR answered_before >= asked_before AS asks_for_answer,
        asks AND micros - greatest(asked_before, replied_before) > 30 * 86400000000 AS is_first
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND kind = 'MESSAGE'
      AND conversation_id != ''
      AND (author IN ('CUSTOMER', 'EMPLOYEE') OR hand_off_mode != 'UNSPECIFIED')
      -- Messages that may still wait; replies come at any time.
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
      AND sign > 0
      AND (src_partition, src_offset) NOT IN
      (
          SELECT src_partition, toUInt64(retires - 1)
          FROM {{contacts}}
          WHERE sign < 0
            AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - INTERVAL 30 DAY
      )
    -- Of the same moment a customer's message comes first.
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
-- What it waits for, whether a wait begins, until when, and who ends it.
ARRAY JOIN
[
    (
        'REPLY', if(asks, asks_for_reply, hands_over),
        replied, replying_employee, replying_team, replying_line
    ),
    (
        'ANSWER', if(asks, asks_for_answer, hands_over),
        answered, answering_employee, answering_team, answering_line
    )
] AS wait
WHERE wait.2
