-- Criteria of evaluations handed in within the request's bounds, each with what was earned of it by
-- the version of the scorecard that the evaluation names, and with where its employee worked when
-- it occurred. Signed as the evaluations are: a telling and what takes it back meet the same
-- scorecards, so their rows cancel. Whole numbers: the same rows give the same figure in any order.
WITH
    -- All of an item: earned is told in parts of it, 2^-40 each.
    toInt64(1099511627776) AS whole
SELECT
    item.sign AS sign,
    item.purpose AS purpose,
    item.submitted_at AS submitted_at,
    item.outcome AS outcome,
    item.calibration_session_id AS calibration_session_id,
    item.employee_id AS employee_id,
    if(item.team_id = '', place.team_id, item.team_id) AS team_id,
    place.department AS department,
    place.branch AS branch,
    place.unit_path AS unit_path,
    item.scorecard_id AS scorecard_id,
    item.scorecard_version AS scorecard_version,
    item.evaluator_id AS evaluator_id,
    item.evaluator_unit AS evaluator_unit,
    item.evaluated_by AS evaluated_by,
    item.criterion_id AS criterion_id,
    item.failure_cause AS failure_cause,
    criterion.critical AS critical,
    -- Of a card, and by a method, that are known.
    criterion.method != 'UNSPECIFIED' AS criterion_known,
    -- What the answer is worth: the value told, or what the card says of the level; -1: not known.
    indexOf(criterion.levels, item.level) AS level_place,
    multiIf(
        item.value_told, item.value,
        level_place > 0, criterion.worths[level_place],
        toFloat64(-1)) AS worth,
    -- -1: the card does not know the criterion or the answer.
    multiIf(
        criterion.method = 'FOUR_LEVEL', multiIf(
            item.level = 'max', whole,
            item.level = 'mid', intDiv(whole, 2),
            item.level = 'min', toInt64(0),
            toInt64(-1)),
        worth < 0, toInt64(-1),
        criterion.method = 'BINARY', if(worth > 0, whole, toInt64(0)),
        criterion.method = 'WEIGHTED' AND criterion.maximum > 0,
            toInt64(round(least(worth / criterion.maximum, 1) * whole)),
        toInt64(-1)) AS earned,
    item.not_applicable
        OR (criterion.method = 'FOUR_LEVEL' AND item.level = 'inappropriate') AS left_out,
    NOT left_out AND earned >= 0 AS applies,
    -- 100 points, 2^-30 of a point each.
    if(applies, intDiv(25 * earned + 128, 256), toInt64(0)) AS score_units
FROM
(
    SELECT *
    FROM {{evaluation_items}}
    WHERE submitted_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND submitted_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS item
LEFT JOIN
(
    SELECT
        told.scorecard_id AS scorecard_id,
        told.scorecard_version AS scorecard_version,
        told.criterion_id AS criterion_id,
        told.method AS method,
        told.critical AS critical,
        told.maximum AS maximum,
        choice.levels AS levels,
        choice.worths AS worths
    FROM
    (
        SELECT scorecard_id, scorecard_version, criterion_id, method, critical, maximum
        FROM {{scorecard_criteria}}
        WHERE purpose != 'TEST'
        GROUP BY scorecard_id, scorecard_version, criterion_id, method, critical, maximum
        HAVING sum(sign) > 0
    ) AS told
    LEFT JOIN
    (
        SELECT
            scorecard_id,
            scorecard_version,
            criterion_id,
            groupArray(level) AS levels,
            groupArray(worth) AS worths
        FROM
        (
            SELECT scorecard_id, scorecard_version, criterion_id, level, worth
            FROM {{scorecard_levels}}
            WHERE purpose != 'TEST'
            GROUP BY scorecard_id, scorecard_version, criterion_id, level, worth
            HAVING sum(sign) > 0
        )
        GROUP BY scorecard_id, scorecard_version, criterion_id
    ) AS choice
    ON choice.scorecard_id = told.scorecard_id
        AND choice.scorecard_version = told.scorecard_version
        AND choice.criterion_id = told.criterion_id
) AS criterion
ON criterion.scorecard_id = item.scorecard_id
    AND criterion.scorecard_version = item.scorecard_version
    AND criterion.criterion_id = item.criterion_id
ASOF LEFT JOIN
(
    SELECT employee_id, valid_from, unit_path, branch, department, team_id
    FROM {{staff}}
    WHERE purpose != 'TEST'
    GROUP BY employee_id, valid_from, unit_path, branch, department, team_id
    HAVING sum(sign) > 0
) AS place
ON item.employee_id = place.employee_id AND item.occurred_at >= place.valid_from
