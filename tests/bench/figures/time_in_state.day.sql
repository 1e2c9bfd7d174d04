-- Seconds in which people were logged in, in whatever state: of stretches that overlap a moment counts
-- once. A stretch that was not ended is a log-out.
SELECT
    toDate(fromUnixTimestamp64Micro(day_begins, 'Europe/Moscow')) AS day,
    sum(micros) / 1000000 AS value
FROM
(
    SELECT
        employee_id,
        day_begins,
        intervalLengthSum(greatest(begins, day_begins), least(ends, day_begins + 86400000000))
            AS micros
    FROM
    (
        SELECT
            employee_id,
            toUnixTimestamp64Micro(from_at) AS begins,
            toUnixTimestamp64Micro(to_at) AS ends,
            -- The range begins with a day, and the zone's days all have 24 hours.
            {from:Int64} + 86400000000 * arrayJoin(range(
                toUInt64(intDiv(greatest(begins - {from:Int64}, 0), 86400000000)),
                toUInt64(intDiv(least(ends, {to:Int64}) - 1 - {from:Int64}, 86400000000) + 1)))
                AS day_begins
        FROM yardstick.agent_states
        WHERE purpose = 'REAL'
          AND state NOT IN ('UNSPECIFIED', 'LOGGED_OUT')
          AND from_at > toDateTime64(0, 6, 'UTC')
          AND from_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
          AND to_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
          AND to_at > from_at
    )
    GROUP BY employee_id, day_begins
)
GROUP BY day
