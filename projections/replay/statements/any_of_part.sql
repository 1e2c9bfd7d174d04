-- Whether a table holds any row of a part of the log.
SELECT src_offset
FROM clientele.{table:Identifier}
WHERE src_partition BETWEEN {first_partition:UInt16} AND {last_partition:UInt16}
  AND src_offset >= {from:UInt64}
  AND src_offset < {to:UInt64}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND {{part}}
LIMIT 1
