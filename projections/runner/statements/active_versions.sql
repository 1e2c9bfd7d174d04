-- The version of every projection that queries read, and all that they have read.
SELECT
    toString(projection) AS name,
    argMax(version, switch) AS active_version,
    max(switch) AS latest_switch,
    arraySort(groupUniqArray(toUInt64(version))) AS read_versions
FROM clientele.active_versions
GROUP BY name
ORDER BY name
