-- Figures of a table whose rows a query makes of other tables' at one mark, one row a bucket and
-- group that has any row left after taking back. Names and expressions in double braces are the
-- catalogue's; every value is a parameter.
WITH
    (attempts > 1) AS reached
SELECT
    CAST(department AS String) AS key_0,
    sum(sign * toInt64(attempts)) AS value_0,
    sum(sign) AS value_1,
    toFloat64(sum(sign * toInt128(attempts) * toInt64(attempts))) AS value_2
FROM
(
-- What rows leave out, as it was at their moment and as the mark knows it. A row and what takes it
-- back find the same.
SELECT
    * REPLACE (if(team_id = '', looked_up_team_id, team_id) AS team_id),
    looked_up_department AS department
FROM (
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
        FROM (
    SELECT *
    FROM clientele.{table_0:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
)
        WHERE purpose = 'REAL'
          AND direction = 'INBOUND'
          AND `end` != 'UNSPECIFIED'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
          AND sign > 0
          AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - toIntervalDay(30)
          AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
          AND (src_partition, src_offset) NOT IN (
              SELECT src_partition, toUInt64(retires - 1)
              FROM (
    SELECT *
    FROM clientele.{table_0:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
)
              WHERE sign < 0
                AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') - toIntervalDay(30)
                AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC'))
    ),
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
) AS told
ASOF LEFT JOIN
(
    SELECT
        employee_id AS looked_up_by,
        valid_from AS looked_up_from,
        department AS looked_up_department,
        team_id AS looked_up_team_id
    FROM clientele.{look_up:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND purpose != 'TEST'
    GROUP BY looked_up_by, looked_up_from, looked_up_department, looked_up_team_id
    HAVING sum(sign) > 0
) AS looked_up
ON told.employee_id = looked_up.looked_up_by AND told.called_at >= looked_up.looked_up_from
)
WHERE reached_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND reached_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (reached)
  AND team_id IN {filter_0:Array(String)}
GROUP BY key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- filter_0 = ['north']
-- from = 1793491200000000
-- known_at = 1790000000000000
-- look_up = staff_v5
-- most_rows = 10001
-- next = [10,0,30]
-- table_0 = calls_v3
-- tenant = main
-- to = 1793577600000000

