-- How far every version says it has come, in every partition.
SELECT
    toString(projection) AS name,
    version,
    src_partition,
    max(next_offset) AS reached,
    argMax(gaps, next_offset) AS told_gaps,
    argMax(genesis, next_offset) AS told_genesis,
    argMax(quarantined, next_offset) AS told_quarantined,
    argMax(log_id, next_offset) AS told_log_id,
    argMax(code_hash, next_offset) AS told_code_hash
FROM clientele.ledger
GROUP BY name, version, src_partition
ORDER BY name, version, src_partition
