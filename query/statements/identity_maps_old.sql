-- All but the newest maps of a tenant.
SELECT name
FROM system.tables
WHERE database = 'clientele'
  AND startsWith(name, {prefix:String})
ORDER BY metadata_modification_time DESC, name
LIMIT 1000
OFFSET {kept:UInt64}
