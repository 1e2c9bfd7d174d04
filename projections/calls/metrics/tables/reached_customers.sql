-- One row an inbound call that was answered after others of the same customer were not: since the
-- last one that was, and within 30 days.
WITH
    tried AS
    (
        SELECT
            customer,
            call_id,
            queue_id,
            topic,
            employee_id,
            team_id,
            line,
            `end` = 'ANSWERED' AS answered,
            toUnixTimestamp64Micro(occurred_at) AS called,
            toUnixTimestamp64Micro(greatest(occurred_at, answered_at)) AS reached
        FROM {{calls}}
        WHERE purpose = 'REAL'
          AND direction = 'INBOUND'
          AND `end` != 'UNSPECIFIED'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
          AND sign > 0
          AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - toIntervalDay(30)
          AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
          AND (src_partition, src_offset) NOT IN (
              SELECT src_partition, toUInt64(retires - 1)
              FROM {{calls}}
              WHERE sign < 0
                AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - toIntervalDay(30)
                AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC'))
    ),
    -- Calls up to an answered one, and it, have one number.
    numbered AS
    (
        SELECT
            *,
            sum(answered) OVER (
                PARTITION BY customer
                ORDER BY called, call_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS number
        FROM tried
    ),
    episodes AS
    (
        SELECT
            customer AS caller,
            anyIf(queue_id, answered) AS answer_queue_id,
            anyIf(topic, answered) AS answer_topic,
            anyIf(employee_id, answered) AS answer_employee_id,
            anyIf(team_id, answered) AS answer_team_id,
            anyIf(line, answered) AS answer_line,
            maxIf(called, answered) AS answer_called,
            maxIf(reached, answered) AS answer_reached,
            groupArrayIf(called, NOT answered) AS unanswered
        FROM numbered
        GROUP BY customer, number
        HAVING countIf(answered) = 1
    )
SELECT
    caller AS customer,
    answer_queue_id AS queue_id,
    answer_topic AS topic,
    answer_employee_id AS employee_id,
    answer_team_id AS team_id,
    answer_line AS line,
    fromUnixTimestamp64Micro(answer_called, 'UTC') AS called_at,
    fromUnixTimestamp64Micro(answer_reached, 'UTC') AS reached_at,
    intDiv(answer_reached - arrayMin(tries), 1000) AS reach_ms,
    length(tries) + 1 AS attempts,
    toInt8(1) AS sign
FROM
(
    SELECT *, arrayFilter(moment -> moment >= answer_called - 2592000000000, unanswered) AS tries
    FROM episodes
)
WHERE notEmpty(tries)
