-- What a table holds of a part of the log, by partition and month: number of rows, and hashes of
-- all columns that both versions have. {{columns}} and {{month}} are names from the registry.
SELECT
    src_partition,
    month,
    count() AS rows,
    sum(hash) AS sum_of_hashes,
    groupBitXor(hash) AS xor_of_hashes
FROM
(
    SELECT
        src_partition,
        toUInt32(toYYYYMM({{month}}, 'UTC')) AS month,
        cityHash64({{columns}}) AS hash
    FROM clientele.{table:Identifier}
    WHERE src_partition BETWEEN {first_partition:UInt16} AND {last_partition:UInt16}
      AND src_offset >= {from:UInt64}
      AND src_offset < {to:UInt64}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND {{part}}
)
GROUP BY src_partition, month
ORDER BY src_partition, month
