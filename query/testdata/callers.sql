-- Distinct values of one table at one mark, one row a group: a value is there if any of its rows is
-- left after taking back. Names and expressions in double braces are the catalogue's; every value
-- is a parameter.
SELECT
    key_0 AS key_0,
    key_1 AS key_1,
    toInt64(countIf(net_0 > 0)) AS value_0,
    sum(net_1) AS value_1
FROM
(
    WITH
    (`end` = 'ANSWERED') AS answered,
    (customer != toUUID('00000000-0000-0000-0000-000000000000')) AS customer_known,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
        CAST(queue_id AS String) AS key_0,
        CAST(toString(line) AS String) AS key_1,
        customer AS counted,
        sum(sign * (answered)) AS net_0,
        sum(sign * (answered)) AS net_1,
        sum(sign) AS left_rows
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND (real_inbound AND offered AND customer_known)
    GROUP BY key_0, key_1, counted
)
GROUP BY key_0, key_1
HAVING sum(left_rows) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1796083200000000

-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` = 'ANSWERED') AS answered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound,
    (wait_ms >= 0) AS wait_known
SELECT
    CAST(queue_id AS String) AS key_0,
    CAST(toString(line) AS String) AS key_1,
    finalizeAggregation(quantilesExactWeightedState(0.5, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)(toInt64(wait_ms), toUInt64(sign)) AS state_0)[1] AS value_0,
    sum(sign) AS value_1,
    toInt64(ceil(0.5 * greatest(sum(sign), 0) + -0.979981992270027 * sqrt(greatest(sum(sign), 0)) + -0.5)) AS value_2,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_2), toUInt64(2199023255552 - greatest(sum(sign), 0) + value_2)])) AS near_2)[2] AS value_3,
    near_2[3] AS value_4,
    near_2[4] AS value_5,
    toInt64(ceil(0.5 * greatest(sum(sign), 0) + 0.979981992270027 * sqrt(greatest(sum(sign), 0)) + 0.5)) AS value_6,
    (finalizeAggregation(state_0 + arrayReduce('quantilesExactWeightedState(0.5, 0.49999999999965894, 0.4999999999998863, 0.5000000000001137)', [toInt64(-9000000000000000000), toInt64(9000000000000000000)], [toUInt64(2199023255552 - value_6), toUInt64(2199023255552 - greatest(sum(sign), 0) + value_6)])) AS near_6)[2] AS value_7,
    near_6[3] AS value_8,
    near_6[4] AS value_9
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND answered AND wait_known)
GROUP BY key_0, key_1
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1796083200000000

-- warning: callers is not applicable by line: a call that nobody answered has no line; callers:answered can be asked by line
-- warning: calls_offered is not applicable by line: a call that nobody answered has no line
