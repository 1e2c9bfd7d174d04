-- The content of a table below a mark, per partition and month: rows, sum and xor of their hashes.
SELECT
    src_partition,
    toUInt32(toYYYYMM(occurred_at)) AS month,
    count() AS rows,
    sum(cityHash64(*)) AS hashes,
    groupBitXor(cityHash64(*)) AS mixed
FROM clientele.{table:Identifier}
WHERE src_offset < {next:Array(UInt64)}[src_partition + 1]
GROUP BY src_partition, month
ORDER BY src_partition, month
