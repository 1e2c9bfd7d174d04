-- The version of every projection that queries read.
SELECT
    toString(projection) AS name,
    argMax(version, switch) AS active
FROM clientele.active_versions
GROUP BY name
ORDER BY name
