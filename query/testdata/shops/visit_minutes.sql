-- Figures of a table whose rows a query makes of other tables' at one mark, one row a bucket and
-- group that has any row left after taking back. Names and expressions in double braces are the
-- catalogue's; every value is a parameter.
WITH
    (answer >= 0) AS answered
SELECT
    CAST(shop AS String) AS key_0,
    finalizeAggregation(quantilesExactWeightedStateIf(0.5, 0.9, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)(toInt64(minutes), toUInt64(sign), answered) AS state_0)[1] AS value_0,
    sum(sign * (answered)) AS value_1,
    toInt64(ceil(0.5 * greatest(sum(sign * (answered)), 0) + -0.979981992270027 * sqrt(greatest(sum(sign * (answered)), 0)) + -0.5)) AS value_2,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.9, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_2), toUInt64(2199023255552 - greatest(sum(sign * (answered)), 0) + value_2)])) AS near_2)[3] AS value_3,
    near_2[4] AS value_4,
    near_2[5] AS value_5,
    toInt64(ceil(0.5 * greatest(sum(sign * (answered)), 0) + 0.979981992270027 * sqrt(greatest(sum(sign * (answered)), 0)) + 0.5)) AS value_6,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.9, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_6), toUInt64(2199023255552 - greatest(sum(sign * (answered)), 0) + value_6)])) AS near_6)[3] AS value_7,
    near_6[4] AS value_8,
    near_6[5] AS value_9,
    finalizeAggregation(state_0)[2] AS value_10,
    toInt64(ceil(0.9 * greatest(sum(sign * (answered)), 0) + -0.5879891953620162 * sqrt(greatest(sum(sign * (answered)), 0)) + -0.87886117609255)) AS value_11,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.9, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_11), toUInt64(2199023255552 - greatest(sum(sign * (answered)), 0) + value_11)])) AS near_11)[3] AS value_12,
    near_11[4] AS value_13,
    near_11[5] AS value_14,
    toInt64(ceil(0.9 * greatest(sum(sign * (answered)), 0) + 0.5879891953620162 * sqrt(greatest(sum(sign * (answered)), 0)) + 0.12113882390745001)) AS value_15,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.9, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_15), toUInt64(2199023255552 - greatest(sum(sign * (answered)), 0) + value_15)])) AS near_15)[3] AS value_16,
    near_15[4] AS value_17,
    near_15[5] AS value_18
FROM
(
SELECT
    visit.customer AS customer,
    visit.occurred_at AS occurred_at,
    visit.shop AS shop,
    visit.minutes AS minutes,
    visit.paid_minor AS paid_minor,
    visit.answer AS answer,
    visit.sign AS sign,
    supervisor.supervisor AS supervisor
FROM (
    SELECT *
    FROM clientele.{table_0:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
) AS visit
ASOF LEFT JOIN
(
    SELECT shop, supervisor, valid_from
    FROM (
    SELECT *
    FROM clientele.{table_1:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
)
    GROUP BY shop, supervisor, valid_from
    HAVING sum(sign) > 0
) AS supervisor ON supervisor.shop = visit.shop AND supervisor.valid_from <= visit.occurred_at
WHERE visit.occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND visit.occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)
WHERE occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (minutes >= 0)
GROUP BY key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- known_at = 1790000000000000
-- most_rows = 10001
-- next = [10,0,30]
-- table_0 = visits_v4
-- table_1 = supervisors_v2
-- tenant = main
-- to = 1793577600000000

