-- Offsets of one partition and month whose rows are not the same in two tables.
SELECT src_offset
FROM
(
    SELECT
        src_offset,
        cityHash64(*) AS hash,
        1 AS side
    FROM clientele.{one:Identifier}
    WHERE src_partition = {partition:UInt16}
      AND src_offset < {below:UInt64}
      AND toYYYYMM(occurred_at) = {month:UInt32}
    UNION ALL
    SELECT
        src_offset,
        cityHash64(*) AS hash,
        -1 AS side
    FROM clientele.{other:Identifier}
    WHERE src_partition = {partition:UInt16}
      AND src_offset < {below:UInt64}
      AND toYYYYMM(occurred_at) = {month:UInt32}
)
GROUP BY src_offset, hash
HAVING sum(side) != 0
ORDER BY src_offset
LIMIT 1 BY src_offset
LIMIT {most:UInt64}
