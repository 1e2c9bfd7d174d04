-- A case counts at the end of every day after which it is still open.
SELECT toDate(fromUnixTimestamp64Micro(day_begins, 'Europe/Moscow')) AS day, count() AS value
FROM
(
    SELECT
        -- The range begins with a day, and the zone's days all have 24 hours; the day in which the
        -- case is closed is no more among them.
        {from:Int64} + 86400000000 * arrayJoin(range(
            toUInt64(intDiv(greatest(toUnixTimestamp64Micro(opened_at) - {from:Int64}, 0),
                            86400000000)),
            toUInt64(intDiv(least(toUnixTimestamp64Micro(closed_at) - 1, {to:Int64})
                            - {from:Int64}, 86400000000)))) AS day_begins
    FROM yardstick.cases
    WHERE purpose = 'REAL'
      AND opened_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND closed_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND closed_at > opened_at
      AND opened_at > toDateTime64(0, 6, 'UTC')
)
GROUP BY day
