-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` = 'ANSWERED') AS answered,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound,
    (legs > 0) AS work_known
SELECT
    sum(sign * ((real_inbound AND offered) AND (offered))) AS value_0,
    sum(sign * if(real_inbound AND answered AND work_known, toInt64(talk_ms), 0)) AS value_1,
    sum(sign * (real_inbound AND answered AND work_known)) AS value_2,
    toFloat64(sum(sign * if(real_inbound AND answered AND work_known, toInt128(talk_ms) * toInt64(talk_ms), 0))) AS value_3
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND ((real_inbound AND offered) OR (real_inbound AND answered AND work_known))
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 6
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1796083200000000

-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` IN ('QUEUE_FULL', 'BUSY', 'NO_ANSWER')) AS blocked,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
    sum(sign * (blocked)) AS value_0,
    sum(sign * (offered OR blocked)) AS value_1
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND (offered OR blocked))
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- most_rows = 6
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1796083200000000

