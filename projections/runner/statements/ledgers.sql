-- The newest ledger of every (projection, version, partition).
SELECT
    toString(projection) AS name,
    version,
    src_partition,
    max(next_offset) AS latest_next_offset,
    argMax(gaps, next_offset) AS latest_gaps,
    argMax(genesis, next_offset) AS latest_genesis,
    argMax(quarantined, next_offset) AS latest_quarantined,
    argMax(log_id, next_offset) AS latest_log_id,
    argMax(code_hash, next_offset) AS latest_code_hash
FROM clientele.ledger
GROUP BY name, version, src_partition
