-- Distinct values of one table at one mark, one row a group: a value is there if any of its rows is
-- left after taking back. Names and expressions in double braces are the catalogue's; every value
-- is a parameter.
SELECT
    toInt64(countIf(net_0 > 0)) AS value_0,
    sum(net_1) AS value_1
FROM
(
    WITH
    (customer != toUUID('00000000-0000-0000-0000-000000000000')) AS customer_known,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
        customer AS counted,
        sum(sign) AS net_0,
        sum(sign) AS net_1,
        sum(sign) AS left_rows
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND (real_inbound AND offered AND customer_known)
    GROUP BY counted
)
HAVING sum(left_rows) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1796083200000000

