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
    sum(sign * ((real_inbound AND offered) AND (answered AND wait_known AND wait_ms <= {service_level_threshold_ms:Int64}))) AS value_0,
    sum(sign * ((real_inbound AND offered) AND (answered))) AS value_1,
    sum(sign * ((real_inbound AND offered) AND (abandoned))) AS value_2,
    sum(sign * ((real_inbound AND offered) AND (abandoned AND wait_known AND wait_ms < {service_level_short_abandon_ms:Int64}))) AS value_3,
    sum(sign * ((real_inbound AND offered) AND (offered))) AS value_4,
    sum(sign * if(real_inbound AND answered AND wait_known, toInt64(wait_ms), 0)) AS value_5,
    sum(sign * (real_inbound AND answered AND wait_known)) AS value_6,
    toFloat64(sum(sign * if(real_inbound AND answered AND wait_known, toInt128(wait_ms) * toInt64(wait_ms), 0))) AS value_7
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND ((real_inbound AND offered) OR (real_inbound AND answered AND wait_known))
GROUP BY bucket, key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- buckets = [1792792800000000,1792879200000000,1792969200000000]
-- from = 1792792800000000
-- most_rows = 10001
-- next = [10,0,30]
-- service_level_short_abandon_ms = 5000
-- service_level_threshold_ms = 30000
-- table = calls_v3
-- tenant = main
-- to = 1793055600000000

