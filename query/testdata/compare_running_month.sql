-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
    roundDown(toUnixTimestamp64Micro(queued_at), {buckets:Array(Int64)}) AS bucket,
    sum(sign * (offered)) AS value_0
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered)
GROUP BY bucket
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- buckets = [1788210000000000]
-- from = 1788210000000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1790802000000000

-- The earlier range.
-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
    roundDown(toUnixTimestamp64Micro(queued_at), {buckets:Array(Int64)}) AS bucket,
    sum(sign * (offered)) AS value_0
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered)
GROUP BY bucket
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- buckets = [1785531600000000]
-- from = 1785531600000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1787321600000000

