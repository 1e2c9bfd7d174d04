-- Versions of projections: which sets of tables there are, which code makes them, and what becomes
-- of them. One row a change; of a version the greatest change counts.
CREATE TABLE IF NOT EXISTS clientele.versions
(
    `projection` LowCardinality(String),
    version UInt32,
    change UInt64,
    -- building, paused, ready (at the log's end, to be taken over), joined (the runner projects it),
    -- done (a part of the log only: never serves), cancelled, dropped.
    state LowCardinality(String),
    -- Of the mapping and schema that make its tables.
    code_hash String,
    tables Array(String),
    -- Which part of the log it holds, empty: all of it.
    restriction String,
    -- Events a second that its replay may take, 0: as fast as it can.
    rate UInt64,
    changed_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (projection, version, change)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
