-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
{{definitions}}SELECT
{{columns}}
FROM {{table}}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND {{rows}}
{{groups}}HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
