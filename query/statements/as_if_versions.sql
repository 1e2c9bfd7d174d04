-- Versions of scorecards that a tenant's table names at a mark; where `netted`, none that was taken
-- back.
SELECT
    CAST(scorecard_id AS String) AS id,
    toUInt64(scorecard_version) AS version
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose != 'TEST'
GROUP BY id, version
HAVING {netted:UInt8} = 0 OR sum(sign) > 0
ORDER BY id, version
