SELECT
    toDate(handed_in_at, 'Europe/Moscow') AS day,
    avg(score) AS value,
    count() AS n,
    stddevSamp(score) AS deviation
FROM
(
    SELECT
        any(submitted_at) AS handed_in_at,
        if(countIf(applies AND fatal AND earned = 0) > 0,
           0,
           100 * sumIf(weight * earned, applies) / sumIf(weight, applies)) AS score
    FROM
    (
        SELECT
            item.evaluation_id AS evaluation_id,
            item.submitted_at AS submitted_at,
            criterion.weight AS weight,
            criterion.fatal AS fatal,
            multiIf(item.value_told, item.value, answer.level != '', answer.worth, -1.0) AS told_worth,
            multiIf(
                criterion.method = 'FOUR_LEVEL',
                    multiIf(item.level = 'max', 1.0, item.level = 'mid', 0.5, item.level = 'min', 0.0,
                            -1.0),
                told_worth < 0, -1.0,
                criterion.method = 'BINARY', if(told_worth > 0, 1.0, 0.0),
                criterion.method = 'WEIGHTED' AND criterion.maximum > 0,
                    least(told_worth / criterion.maximum, 1.0),
                -1.0) AS earned,
            NOT item.not_applicable AND earned >= 0 AS applies
        FROM yardstick.evaluation_items AS item
        INNER JOIN yardstick.scorecard_criteria AS criterion
            ON criterion.scorecard_id = item.scorecard_id
            AND criterion.scorecard_version = item.scorecard_version
            AND criterion.criterion_id = item.criterion_id
        LEFT JOIN yardstick.scorecard_levels AS answer
            ON answer.scorecard_id = item.scorecard_id
            AND answer.scorecard_version = item.scorecard_version
            AND answer.criterion_id = item.criterion_id
            AND answer.level = item.level
        WHERE item.purpose IN ('REAL', 'MYSTERY')
          AND item.calibration_session_id = ''
          AND item.outcome != 'OVERTURNED'
          AND item.submitted_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
          AND item.submitted_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
    )
    GROUP BY evaluation_id
    HAVING sumIf(weight, applies) > 0
)
GROUP BY day
