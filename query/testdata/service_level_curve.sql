-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` = 'ABANDONED') AS abandoned,
    (`end` = 'ANSWERED') AS answered,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound,
    (wait_ms >= 0) AS wait_known
SELECT
    roundDown(toUnixTimestamp64Micro(queued_at), {buckets:Array(Int64)}) AS bucket,
    CAST(queue_id AS String) AS key_0,
    toInt64(least(intDiv(greatest(toInt64(wait_ms), 0) + 999, 1000), 301)) AS point,
    sum(sign * (answered AND wait_known)) AS value_0,
    sum(sign * (answered)) AS value_1,
    sum(sign * (abandoned)) AS value_2,
    sum(sign * (abandoned AND wait_known AND wait_ms < {service_level_curve_short_abandon_ms:Int64})) AS value_3
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered)
GROUP BY bucket, key_0, point
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- buckets = [1792792800000000,1792879200000000,1792969200000000]
-- from = 1792792800000000
-- most_rows = 20002
-- next = [10,0,30]
-- service_level_curve_short_abandon_ms = 5000
-- table = calls_v3
-- tenant = main
-- to = 1793055600000000

