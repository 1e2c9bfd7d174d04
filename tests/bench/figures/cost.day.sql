-- A cost lies evenly over its period: to each day as much as the period has of it.
SELECT
    toDate(fromUnixTimestamp64Micro(day_begins, 'Europe/Moscow')) AS day,
    sum(amount_minor
        * ((least(ends, day_begins + 86400000000) - greatest(begins, day_begins))
           / (ends - begins))) AS value,
    count() AS n
FROM
(
    SELECT
        amount_minor,
        toUnixTimestamp64Micro(period_from) AS begins,
        toUnixTimestamp64Micro(period_to) AS ends,
        -- The range begins with a day, and the zone's days all have 24 hours.
        {from:Int64} + 86400000000 * arrayJoin(range(
            toUInt64(intDiv(greatest(begins - {from:Int64}, 0), 86400000000)),
            toUInt64(intDiv(least(ends, {to:Int64}) - 1 - {from:Int64}, 86400000000) + 1)))
            AS day_begins
    FROM yardstick.costs
    WHERE purpose = 'REAL'
      AND currency = {currency:String}
      AND period_from < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND period_to > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND period_to > period_from
      AND period_from > toDateTime64(0, 6, 'UTC')
)
GROUP BY day
