-- The values of one row key, as text, in the order of {{cells}}.
SELECT [{{cells}}] AS cells
FROM clientele.{table:Identifier}
WHERE src_partition = {partition:UInt16}
  AND src_offset = {offset:UInt64}
  AND {{key}} = ({retires:UInt64}, {row:UInt32})
LIMIT 1
