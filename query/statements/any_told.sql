-- A row if a tenant ever told of a table, up to one mark.
SELECT toUInt8(1) AS told
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose = 'REAL'
  AND sign > 0
LIMIT 1
