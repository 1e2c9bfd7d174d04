-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound,
    (leftPad(toString(intDiv((toUnixTimestamp64Micro(queued_at) + transform(roundDown(toUnixTimestamp64Micro(queued_at), {zone_moments:Array(Int64)}), {zone_moments:Array(Int64)}, {zone_offsets:Array(Int64)}, toInt64(0))), 3600000000) % 24), 2, '0')) AS hour_of_day,
    (toString((intDiv((toUnixTimestamp64Micro(queued_at) + transform(roundDown(toUnixTimestamp64Micro(queued_at), {zone_moments:Array(Int64)}), {zone_moments:Array(Int64)}, {zone_offsets:Array(Int64)}, toInt64(0))), 86400000000) + 2) % 7 + 1)) AS weekday
SELECT
    CAST(weekday AS String) AS key_0,
    sum(sign * (offered)) AS value_0
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered)
  AND hour_of_day IN {filter_0:Array(String)}
GROUP BY key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- filter_0 = ['09','10']
-- from = 1793470500000000
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1794075300000000
-- zone_moments = [0,504901800000000]
-- zone_offsets = [106200000000,107100000000]

