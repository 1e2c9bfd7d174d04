-- Distinct values of a table whose rows a query makes of other tables' at one mark, one row a bucket
-- and group: a value is there if any of its rows is left after taking back. Names and expressions in
-- double braces are the catalogue's; every value is a parameter.
SELECT
{{columns}}
FROM
(
    {{definitions}}SELECT
{{nets}}
    FROM
    (
{{query}}
    )
    WHERE {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
      AND {{rows}}
    {{values}})
{{groups}}HAVING sum(left_rows) != 0
LIMIT {most_rows:UInt64}
