-- Versions of journey models that a tenant's table of steps has at a mark, none that was taken back,
-- and when each begins to be valid.
SELECT
    CAST(model_id AS String) AS id,
    toUInt64(model_version) AS version,
    toUnixTimestamp64Micro(min(valid_from)) AS begins
FROM
(
    SELECT model_id, model_version, valid_from
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND purpose != 'TEST'
    GROUP BY model_id, model_version, valid_from
    HAVING sum(sign) > 0
)
GROUP BY id, version
ORDER BY id, version
