-- Answered calls, each with what is said of whether it settled the matter. Where a customer answered
-- more than once, the last answer counts.
SELECT
    spoken.customer AS customer,
    spoken.occurred_at AS occurred_at,
    spoken.queue_id AS queue_id,
    spoken.topic AS topic,
    spoken.employee_id AS employee_id,
    spoken.team_id AS team_id,
    spoken.line AS line,
    if(spoken.mark = 'NOT_TOLD', '', spoken.mark) AS by_flag,
    survey.answer AS by_survey,
    multiIf(
        -- Nobody knows who it was, or it is too early to tell.
        spoken.customer = toUUID('00000000-0000-0000-0000-000000000000')
            OR {known_at:Int64} - spoken.micros < 7 * 86400000000, '',
        spoken.next_micros - spoken.micros > 7 * 86400000000, 'YES',
        'NO') AS by_return,
    toInt8(1) AS sign
FROM
(
    SELECT
        customer,
        occurred_at,
        kind,
        contact_id,
        queue_id,
        topic,
        employee_id,
        team_id,
        line,
        call_end,
        toString(resolved) AS mark,
        toUnixTimestamp64Micro(occurred_at) AS micros,
        leadInFrame(micros, 1, toInt64(4611686018427387904)) OVER by_topic AS next_micros
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND direction = 'INBOUND'
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 7 DAY
      AND sign > 0
      AND (src_partition, src_offset) NOT IN
      (
          SELECT src_partition, toUInt64(retires - 1)
          FROM {{contacts}}
          WHERE sign < 0
            AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') + INTERVAL 7 DAY
      )
    WINDOW by_topic AS
    (
        PARTITION BY customer, topic
        ORDER BY occurred_at, kind, contact_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
) AS spoken
LEFT JOIN
(
    SELECT call_id, argMax(said, (completed_at, response_id)) AS answer
    FROM
    (
        SELECT
            subject_id AS call_id,
            response_id,
            completed_at,
            if(rated = 1, 'YES', 'NO') AS said
        FROM {{survey_questions}}
        WHERE purpose = 'REAL'
          AND subject_kind = 'CALL'
          AND question_id = 'resolved'
          AND scale = 'CSAT_2'
          AND answered
          AND completed_at > fromUnixTimestamp64Micro(0, 'UTC')
        GROUP BY call_id, response_id, completed_at, said
        HAVING sum(sign) > 0
    )
    GROUP BY call_id
) AS survey
ON survey.call_id = spoken.contact_id
WHERE spoken.kind = 'CALL'
  AND spoken.call_end = 'ANSWERED'
