-- Signed as the contacts are: a telling and what takes it back meet the same evaluations.
SELECT
    contact.occurred_at AS occurred_at,
    contact.kind AS kind,
    contact.channel AS channel,
    contact.topic AS topic,
    contact.employee_id AS employee_id,
    if(contact.team_id = '', place.team_id, contact.team_id) AS team_id,
    place.department AS department,
    place.branch AS branch,
    place.unit_path AS unit_path,
    standing.tellings AS evaluations,
    contact.sign AS sign
FROM
(
    SELECT
        occurred_at,
        kind,
        channel,
        topic,
        if(kind = 'CALL', 'CALL', 'TOUCHPOINT') AS subject,
        contact_id,
        employee_id,
        team_id,
        sign
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND employee_id != ''
      AND (call_end = 'ANSWERED'
           OR (kind = 'MESSAGE' AND author = 'EMPLOYEE')
           OR kind IN ('STORE_VISIT', 'MEETING', 'DEMO'))
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS contact
LEFT JOIN
(
    -- Of calibration none counts, nor what was overturned; a dispute that is open does.
    SELECT
        toString(subject_kind) AS subject,
        subject_id,
        employee_id,
        sum(sign) AS tellings
    FROM {{evaluations}}
    WHERE purpose IN ('REAL', 'MYSTERY')
      AND subject_kind IN ('CALL', 'TOUCHPOINT')
      AND calibration_session_id = ''
      AND outcome != 'OVERTURNED'
      AND submitted_at > fromUnixTimestamp64Micro(0, 'UTC')
    GROUP BY subject, subject_id, employee_id
    HAVING tellings > 0
) AS standing
ON standing.subject = contact.subject
    AND standing.subject_id = contact.contact_id
    AND standing.employee_id = contact.employee_id
ASOF LEFT JOIN
(
    SELECT employee_id, valid_from, unit_path, branch, department, team_id
    FROM {{staff}}
    WHERE purpose != 'TEST'
    GROUP BY employee_id, valid_from, unit_path, branch, department, team_id
    HAVING sum(sign) > 0
) AS place
ON contact.employee_id = place.employee_id AND contact.occurred_at >= place.valid_from
