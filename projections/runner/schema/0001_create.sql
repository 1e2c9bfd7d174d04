-- Tables of the runner: the ledger, marks, versions, quarantine. All disposable: rebuilt from the
-- log. One statement after another, separated by a line of only ";".
CREATE TABLE IF NOT EXISTS clientele.ledger
(
    `projection` LowCardinality(String),
    version UInt32,
    src_partition UInt16,
    -- Everything below it is in the tables of this version. The greatest counts; merges keep it.
    next_offset UInt64,
    -- Offsets below next_offset that hold no record (transaction markers).
    gaps UInt64,
    -- Genesis records below next_offset: one, or more if a second writer was refused.
    genesis UInt64,
    -- Records below next_offset that went to quarantine.
    quarantined UInt64,
    -- Offset in clientele.owners.v1 of the writer's ownership record.
    epoch UInt64,
    log_id UUID,
    -- Hash of the projection's mapping and schema at build time.
    code_hash String,
    written_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(next_offset)
ORDER BY (projection, version, src_partition)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.marks
(
    -- Offset of the mark's record in clientele.marks.v1.
    id UInt64,
    known_at DateTime64(6, 'UTC'),
    -- next[p + 1] is partition p's next offset: src_offset < next[src_partition + 1] counts.
    next Array(UInt64),
    -- Active version of every projection: names and versions in step.
    projections Array(String),
    versions Array(UInt32)
)
ENGINE = ReplacingMergeTree
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.active_versions
(
    `projection` LowCardinality(String),
    version UInt32,
    -- Rises with every switch; the highest counts.
    switch UInt64,
    switched_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (projection, switch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
-- Records that could not be decoded or broke the envelope's rules. Their bytes stay in the log.
CREATE TABLE IF NOT EXISTS clientele.quarantine
(
    src_partition UInt16,
    src_offset UInt64,
    recorded_at DateTime64(3, 'UTC'),
    reason LowCardinality(String),
    detail String,
    -- The first 1,024 bytes of the key.
    key_bytes String,
    -- Size of the value.
    value_bytes UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (src_partition, src_offset)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
-- Who may write: one row per take-over. Inserting it announces the epoch to the engine.
CREATE TABLE IF NOT EXISTS clientele.owners
(
    partition_group LowCardinality(String),
    writer LowCardinality(String),
    epoch UInt64,
    taken_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (partition_group, writer, epoch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
