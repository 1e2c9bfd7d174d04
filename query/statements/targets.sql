-- The targets of a tenant at one mark, netted: those of these metrics whose period meets a range. A
-- target whose value is not known is none.
SELECT
    metric AS told_of,
    toString(scope_kind) AS kind,
    scope_id AS id,
    toUnixTimestamp64Micro(period_from) AS from_micros,
    toUnixTimestamp64Micro(period_to) AS to_micros,
    value AS target
FROM clientele.{targets:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose != 'TEST'
  AND value_told = 1
  AND metric IN {metrics:Array(String)}
  AND period_from < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND period_to > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
GROUP BY metric, scope_kind, scope_id, period_from, period_to, value
HAVING sum(sign) > 0
LIMIT {most_targets:UInt64}
