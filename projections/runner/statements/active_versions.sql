-- The version of every projection that queries read, and all that they have read, the latest first:
-- each as often as it was switched to.
SELECT
    toString(projection) AS name,
    argMax(version, switch) AS active_version,
    max(switch) AS latest_switch,
    arrayMap(
        one -> toUInt64(one.2),
        arrayReverseSort(groupArray((switch, version)))) AS read_versions
FROM clientele.active_versions
GROUP BY name
ORDER BY name
