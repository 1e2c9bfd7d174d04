-- Signed as the calls are: a telling and what takes it back meet the same targets.
SELECT
    told.queued_at AS queued_at,
    told.queue_id AS queue_id,
    told.topic AS topic,
    told.employee_id AS employee_id,
    told.team_id AS team_id,
    told.line AS line,
    told.call_end AS call_end,
    told.wait_ms AS wait_ms,
    if(target.tellings > 0, target.threshold_ms, 20000) AS threshold_ms,
    if(target.tellings > 0, target.short_abandon_ms, 5000) AS short_abandon_ms,
    if(target.tellings > 0, target.policy_name, '') AS policy,
    told.sign AS sign
FROM
(
    SELECT
        queued_at, queue_id, topic, employee_id, team_id, line, `end` AS call_end, wait_ms, sign
    FROM {{calls}}
    WHERE purpose = 'REAL'
      AND direction = 'INBOUND'
      AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
      AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS told
ASOF LEFT JOIN
(
    -- tellings: 0 where a queue has none.
    SELECT
        queue_id,
        valid_from,
        threshold_ms,
        short_abandon_ms,
        toString(policy) AS policy_name,
        sum(sign) AS tellings
    FROM {{service_targets}}
    WHERE purpose != 'TEST' AND queue_id != ''
    GROUP BY queue_id, valid_from, threshold_ms, short_abandon_ms, policy
    HAVING tellings > 0
) AS target
ON told.queue_id = target.queue_id AND told.queued_at >= target.valid_from
