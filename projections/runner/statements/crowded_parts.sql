-- Parts beyond one a month, of the table that has most of them: how far merges are behind.
SELECT toUInt64(max(parts)) AS parts
FROM
(
    SELECT count() - uniqExact(partition) AS parts
    FROM system.parts
    WHERE active AND database = 'clientele'
    GROUP BY table
)
