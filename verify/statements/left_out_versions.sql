-- Versions that hold a part of the log only, or that are given up.
SELECT
    toString(projection) AS name,
    version
FROM clientele.versions
GROUP BY name, version
HAVING argMax(restriction, change) != '' OR argMax(state, change) IN ('cancelled', 'dropped')
ORDER BY name, version
