-- Figures of a table whose rows a query makes of other tables' at one mark, one row a bucket and
-- group that has any row left after taking back. Names and expressions in double braces are the
-- catalogue's; every value is a parameter.
SELECT
    CAST(supervisor AS String) AS key_0,
    sum(sign * toInt64(paid_minor)) AS value_0,
    sum(sign * if(minutes < {paid_per_minute_longest:Int64}, toInt64(minutes), 0)) AS value_1,
    sum(sign * (minutes < {paid_per_minute_longest:Int64})) AS value_2,
    sum(sign * if(paid_minor < 0, toInt64(-paid_minor), 0)) AS value_3,
    sum(sign * (paid_minor > 0)) AS value_4,
    sum(sign * (minutes >= 0)) AS value_5
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
  AND shop IN {filter_0:Array(String)}
GROUP BY key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- filter_0 = ['north']
-- from = 1793491200000000
-- known_at = 1790000000000000
-- most_rows = 10001
-- next = [10,0,30]
-- paid_per_minute_longest = 600
-- table_0 = visits_v4
-- table_1 = supervisors_v2
-- tenant = main
-- to = 1793577600000000

-- Distinct values of a table whose rows a query makes of other tables' at one mark, one row a bucket
-- and group: a value is there if any of its rows is left after taking back. Names and expressions in
-- double braces are the catalogue's; every value is a parameter.
SELECT
    key_0 AS key_0,
    toInt64(countIf(net_0 > 0)) AS value_0,
    sum(net_1) AS value_1
FROM
(
    SELECT
        CAST(supervisor AS String) AS key_0,
        customer AS counted,
        sum(sign) AS net_0,
        sum(sign) AS net_1,
        sum(sign) AS left_rows
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
  AND shop IN {filter_0:Array(String)}
    GROUP BY key_0, counted
)
GROUP BY key_0
HAVING sum(left_rows) != 0
LIMIT {most_rows:UInt64}
-- filter_0 = ['north']
-- from = 1793491200000000
-- known_at = 1790000000000000
-- most_rows = 10001
-- next = [10,0,30]
-- table_0 = visits_v4
-- table_1 = supervisors_v2
-- tenant = main
-- to = 1793577600000000

