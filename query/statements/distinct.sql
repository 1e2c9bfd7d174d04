-- Distinct values of one table at one mark, one row a group: a value is there if any of its rows is
-- left after taking back. Names and expressions in double braces are the catalogue's; every value
-- is a parameter.
SELECT
{{columns}}
FROM
(
    {{definitions}}SELECT
{{nets}}
    FROM {{table}}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND {{rows}}
    {{values}})
{{groups}}HAVING sum(left_rows) != 0
LIMIT {most_rows:UInt64}
