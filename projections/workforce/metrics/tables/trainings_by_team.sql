-- Every telling of a training, with the team of the person as it was then.
SELECT
    told.occurred_at AS occurred_at,
    told.purpose AS purpose,
    told.employee_id AS employee_id,
    organisation.team_id AS team_id,
    told.kind AS kind,
    told.training_id AS training_id,
    told.score_told AS score_told,
    told.score AS score,
    told.passed AS passed,
    told.sign AS sign
FROM {{trainings}} AS told
ASOF LEFT JOIN
(
    SELECT employee_id, team_id, valid_from
    FROM {{staff}}
    WHERE purpose = 'REAL'
    GROUP BY employee_id, team_id, valid_from
    HAVING sum(sign) > 0
) AS organisation
    ON told.employee_id = organisation.employee_id
    AND told.occurred_at >= organisation.valid_from
WHERE told.occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND told.occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
