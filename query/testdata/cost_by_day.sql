-- Figures of one table whose rows hold for a stretch of time, at one mark, one row a bucket and group
-- that has any row left after taking back. A row has a part in every bucket that it reaches into:
-- (part_begin, part_end] of `whole`, in a measure by which all days of the zone are alike; `goes_on`:
-- another one follows. Names and expressions in double braces are the catalogue's; every value is a
-- parameter.
WITH
    (purpose = 'REAL') AS real
SELECT
    {bounds:Array(Int64)}[number] AS bucket,
    CAST(campaign AS String) AS key_0,
    sum(sign * toInt64(intDiv(toInt128(amount_minor) * part_end, whole) - intDiv(toInt128(amount_minor) * part_begin, whole))) AS value_0,
    sum(sign) AS value_1
FROM
(
    SELECT
        *,
        toUnixTimestamp64Micro(period_from) AS row_from,
        toUnixTimestamp64Micro(period_to) AS row_to,
        -- Buckets by number, from 1; the last bound is the end of the last bucket.
        arrayJoin(range(
            indexOf({bounds:Array(Int64)},
                    roundDown(greatest(row_from, {from:Int64}), {bounds:Array(Int64)})),
            indexOf({bounds:Array(Int64)},
                    roundDown(least(row_to, {to:Int64}) - 1, {bounds:Array(Int64)})) + 1)) AS number,
        [
            row_from,
            greatest(row_from, {from:Int64}, {bounds:Array(Int64)}[number]),
            least(row_to, {to:Int64}, {bounds:Array(Int64)}[number + 1]),
            row_to
        ] AS moments,
        moments[3] < moments[4] AS goes_on,
        arrayMap(moment -> roundDown(moment, {day_moments:Array(Int64)}), moments) AS knots,
        -- Nanoseconds of days of 24 hours: two microseconds never have the same.
        arrayMap(
            (moment, knot) ->
                toInt128(transform(knot, {day_moments:Array(Int64)}, {day_measures:Array(Int64)},
                                   toInt64(0))) * 1000
                + intDiv(toInt128(moment - knot) * 86400000000000,
                         transform(knot, {day_moments:Array(Int64)}, {day_lengths:Array(Int64)},
                                   toInt64(1))),
            moments, knots) AS measures,
        measures[2] - measures[1] AS part_begin,
        measures[3] - measures[1] AS part_end,
        measures[4] - measures[1] AS whole
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND period_from < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND period_to > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND period_to > period_from
      -- Whose begin is not told.
      AND period_from > fromUnixTimestamp64Micro(0, 'UTC')
)
WHERE (real)
  AND currency IN {filter_0:Array(String)}
GROUP BY bucket, key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- bounds = [1792800000000000,1792886400000000,1792972800000000]
-- day_lengths = [86400000000]
-- day_measures = [86400000000]
-- day_moments = [0]
-- filter_0 = ['RUB']
-- from = 1792800000000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = costs_v1
-- tenant = main
-- to = 1792972800000000

