-- Row keys of one partition and month that two versions do not have alike. {{keys}} are the columns
-- of the table's row key behind src_offset.
SELECT
    src_partition,
    src_offset,
    retires,
    row,
    countIf(side = 1) AS one_rows,
    countIf(side = 2) AS other_rows
FROM
(
    SELECT
        1 AS side,
        src_partition,
        src_offset,
        {{keys}},
        cityHash64({{columns}}) AS hash
    FROM clientele.{one:Identifier}
    WHERE src_partition BETWEEN {first_partition:UInt16} AND {last_partition:UInt16}
      AND src_offset >= {from:UInt64}
      AND src_offset < {to:UInt64}
      AND toYYYYMM({{month}}, 'UTC') = {month:UInt32}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND {{part}}
    UNION ALL
    SELECT
        2 AS side,
        src_partition,
        src_offset,
        {{keys}},
        cityHash64({{columns}}) AS hash
    FROM clientele.{other:Identifier}
    WHERE src_partition BETWEEN {first_partition:UInt16} AND {last_partition:UInt16}
      AND src_offset >= {from:UInt64}
      AND src_offset < {to:UInt64}
      AND toYYYYMM({{month}}, 'UTC') = {month:UInt32}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
)
GROUP BY src_partition, src_offset, retires, row
HAVING one_rows != other_rows OR groupBitXorIf(hash, side = 1) != groupBitXorIf(hash, side = 2)
ORDER BY src_partition, src_offset, retires, row
LIMIT {most:UInt64}
