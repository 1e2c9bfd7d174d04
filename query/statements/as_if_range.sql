-- When what a tenant's table holds at a mark begins and ends.
SELECT
    count() AS found,
    toUnixTimestamp64Micro(min({{from}})) AS least,
    toUnixTimestamp64Micro(max({{to}})) AS most
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  -- Earlier is what was not told.
  AND {{from}} >= toDateTime64('1971-01-01 00:00:00', 6, 'UTC')
