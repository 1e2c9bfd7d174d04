-- Distinct values of one table at one mark, one row a bucket and group: of rows that were not taken
-- back. (By bucket that is faster than netting every value of every bucket; and by 0.6 if the index
-- does not look at the set.) Names and expressions in double braces are the catalogue's; every
-- value is a parameter.
{{definitions}}SELECT
{{columns}}
FROM {{table}}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND {{rows}}
  AND sign > 0
  AND (src_partition, src_offset) NOT IN (
      SELECT src_partition, toUInt64(retires - 1)
      FROM clientele.{table:Identifier}
      WHERE tenant = {tenant:String}
        AND src_offset < {next:Array(UInt64)}[src_partition + 1]
        AND {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
        AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
        AND sign < 0)
{{groups}}LIMIT {most_rows:UInt64}
SETTINGS use_index_for_in_with_subqueries = 0
