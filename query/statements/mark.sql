-- The last mark with such an id, made at or before a moment, and which versions are read now: they
-- hold for older marks too. Ids and moments rise together.
WITH
    (
        SELECT (groupArray(name), groupArray(number))
        FROM
        (
            SELECT
                toString(projection) AS name,
                toUInt64(argMax(version, switch)) AS number
            FROM clientele.active_versions
            GROUP BY name
        )
    ) AS active
SELECT
    id,
    toUnixTimestamp64Micro(known_at) AS known_at_micros,
    next,
    active.1 AS projections,
    active.2 AS active_versions,
    assumeNotNull((SELECT max(id) FROM clientele.marks)) AS newest_id
FROM clientele.marks
WHERE id BETWEEN {least_id:UInt64} AND {most_id:UInt64}
  AND known_at <= fromUnixTimestamp64Micro({known_at:Int64}, 'UTC')
ORDER BY id DESC
LIMIT 1
