-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (answer >= 0) AS answered
SELECT
    sum(sign * (answer >= 9)) AS value_0,
    sum(sign * (answer < 7)) AS value_1,
    sum(sign * (answered)) AS value_2
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (answered)
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = visits_v4
-- tenant = main
-- to = 1793577600000000

