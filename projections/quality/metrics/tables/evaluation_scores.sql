-- Evaluations handed in within the request's bounds, each with its score by the version of the
-- scorecard that it names, and with where its employee worked when it occurred. Signed as the
-- evaluations are: a telling and what takes it back meet the same scorecards, so their rows cancel.
-- Whole numbers, so that the same rows give the same figure in any order.
WITH
    -- A point, and a contact that a drawn one stands for: told in parts of 2^-30.
    toInt64(1073741824) AS unit
SELECT
    evaluation.sign AS sign,
    evaluation.purpose AS purpose,
    evaluation.submitted_at AS submitted_at,
    evaluation.disputed_at AS disputed_at,
    evaluation.decided_at AS decided_at,
    evaluation.outcome AS outcome,
    evaluation.calibration_session_id AS calibration_session_id,
    evaluation.employee_id AS employee_id,
    if(evaluation.team_id = '', place.team_id, evaluation.team_id) AS team_id,
    place.department AS department,
    place.branch AS branch,
    place.unit_path AS unit_path,
    evaluation.scorecard_id AS scorecard_id,
    evaluation.scorecard_version AS scorecard_version,
    evaluation.evaluator_id AS evaluator_id,
    evaluation.evaluator_unit AS evaluator_unit,
    evaluation.evaluated_by AS evaluated_by,
    -- Something applies, and has a weight.
    found.weights > 0 AS scored,
    found.critical_weights > 0 AS critical_scored,
    -- 100 points times what was earned of all weights, rounded: 100 / 2^40 = 25 / 256 / 2^30.
    toInt64(intDiv(25 * found.points + 128 * found.weights,
                   if(scored, 256 * found.weights, toInt128(1)))) AS without_fatal_units,
    if(found.fatal_failures > 0, toInt64(0), without_fatal_units) AS score_units,
    toInt64(intDiv(25 * found.critical_points + 128 * found.critical_weights,
                   if(critical_scored, 256 * found.critical_weights, toInt128(1))))
        AS critical_units,
    -- The card's bands; a card that tells none has these.
    if(empty(card.bands),
       [(0.0, 46.0, 'suspended'), (46.0, 76.0, 'works and trains'), (76.0, 100.0, 'works')],
       card.bands) AS own_bands,
    length(own_bands) AS band_count,
    -- Half-open, but a last one that ends at 100 holds 100, too.
    if(scored,
       arrayFirstIndex(
           (one, number) -> score_units >= round(one.1 * unit)
               AND (score_units < round(one.2 * unit) OR (one.2 = 100 AND number = band_count)),
           own_bands, arrayEnumerate(own_bands)),
       0) AS band_number,
    if(band_number > 0, own_bands[band_number].3, '') AS band,
    evaluation.inclusion_probability AS inclusion_probability,
    -- How many contacts it stands for, and their scores together.
    if(inclusion_probability > 0, toInt64(round(unit / inclusion_probability)), toInt64(0))
        AS contact_units,
    toInt64(intDiv(toInt128(score_units) * contact_units, unit)) AS contact_score_units
FROM
(
    SELECT *
    FROM {{evaluations}}
    WHERE submitted_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND submitted_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS evaluation
LEFT JOIN
(
    -- Of one telling all items, by its offset and, where it is taken back, by whose taking back.
    SELECT
        src_partition,
        src_offset,
        retires,
        sumIf(weight * earned, applies) AS points,
        sumIf(weight, applies) AS weights,
        sumIf(weight * earned, applies AND critical) AS critical_points,
        sumIf(weight, applies AND critical) AS critical_weights,
        countIf(applies AND fatal AND earned = 0) AS fatal_failures
    FROM
    (
        WITH
            -- All of an item: earned is told in parts of it, 2^-40 each.
            toInt64(1099511627776) AS whole
        SELECT
            item.src_partition AS src_partition,
            item.src_offset AS src_offset,
            item.retires AS retires,
            -- In billionths.
            toInt128(round(criterion.weight * 1000000000)) AS weight,
            criterion.fatal AS fatal,
            criterion.critical AS critical,
            -- What the answer is worth: the value told, or what the card says of the level; -1: not
            -- known.
            indexOf(criterion.levels, item.level) AS level_place,
            multiIf(
                item.value_told, item.value,
                level_place > 0, criterion.worths[level_place],
                toFloat64(-1)) AS worth,
            -- -1: the card does not know the answer.
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
            NOT item.not_applicable AND earned >= 0 AS applies
        FROM
        (
            SELECT *
            FROM {{evaluation_items}}
            WHERE submitted_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
              AND submitted_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
        ) AS item
        INNER JOIN
        (
            SELECT
                told.scorecard_id AS scorecard_id,
                told.scorecard_version AS scorecard_version,
                told.criterion_id AS criterion_id,
                told.method AS method,
                told.weight AS weight,
                told.fatal AS fatal,
                told.critical AS critical,
                told.maximum AS maximum,
                choice.levels AS levels,
                choice.worths AS worths
            FROM
            (
                SELECT
                    scorecard_id, scorecard_version, criterion_id, method, weight, fatal, critical,
                    maximum
                FROM {{scorecard_criteria}}
                WHERE purpose != 'TEST'
                GROUP BY
                    scorecard_id, scorecard_version, criterion_id, method, weight, fatal, critical,
                    maximum
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
    )
    GROUP BY src_partition, src_offset, retires
) AS found
ON found.src_partition = evaluation.src_partition
    AND found.src_offset = evaluation.src_offset
    AND found.retires = evaluation.retires
LEFT JOIN
(
    SELECT
        scorecard_id,
        scorecard_version,
        arraySort(groupArray((score_from, score_to, CAST(band AS String)))) AS bands
    FROM
    (
        SELECT scorecard_id, scorecard_version, band, score_from, score_to
        FROM {{scorecard_bands}}
        WHERE purpose != 'TEST'
        GROUP BY scorecard_id, scorecard_version, band, score_from, score_to
        HAVING sum(sign) > 0
    )
    GROUP BY scorecard_id, scorecard_version
) AS card
ON card.scorecard_id = evaluation.scorecard_id
    AND card.scorecard_version = evaluation.scorecard_version
ASOF LEFT JOIN
(
    SELECT employee_id, valid_from, unit_path, branch, department, team_id
    FROM {{staff}}
    WHERE purpose != 'TEST'
    GROUP BY employee_id, valid_from, unit_path, branch, department, team_id
    HAVING sum(sign) > 0
) AS place
ON evaluation.employee_id = place.employee_id AND evaluation.occurred_at >= place.valid_from
