-- The newest change of every version. Of two of one number, which only two commands at the same
-- moment can make, the later one counts.
SELECT
    toString(projection) AS name,
    version,
    max(change) AS latest_change,
    argMax(toString(state), (change, changed_at)) AS latest_state,
    argMax(code_hash, (change, changed_at)) AS latest_code_hash,
    argMax(tables, (change, changed_at)) AS latest_tables,
    argMax(restriction, (change, changed_at)) AS latest_restriction,
    argMax(rate, (change, changed_at)) AS latest_rate,
    max(state = 'joined') AS was_joined
FROM clientele.versions
GROUP BY name, version
ORDER BY name, version
