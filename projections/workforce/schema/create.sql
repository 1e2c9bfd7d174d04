CREATE TABLE IF NOT EXISTS clientele.agent_states_v{version}
(
    tenant LowCardinality(String),
    customer UUID,
    occurred_at DateTime64(6, 'UTC'),
    recorded_at DateTime64(3, 'UTC'),
    src_partition UInt16,
    src_offset UInt64,
    retires UInt64,
    row UInt32,
    sign Int8,
    cause Enum8('told' = 1, 'correction' = 2, 'retraction' = 3),
    purpose Enum8('REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3),
    employee_id LowCardinality(String),
    state Enum8('UNSPECIFIED' = 0, 'LOGGED_IN' = 1, 'READY' = 2, 'BUSY' = 3, 'WRAP' = 4, 'BREAK' = 5, 'TRAINING' = 6, 'LOGGED_OUT' = 7),
    -- [from_at, to_at); to_at 1970-01-01 = not ended.
    from_at DateTime64(6, 'UTC'),
    to_at DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX to_at_range to_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, from_at, employee_id, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.trainings_v{version}
(
    tenant LowCardinality(String),
    customer UUID,
    occurred_at DateTime64(6, 'UTC'),
    recorded_at DateTime64(3, 'UTC'),
    src_partition UInt16,
    src_offset UInt64,
    retires UInt64,
    row UInt32,
    sign Int8,
    cause Enum8('told' = 1, 'correction' = 2, 'retraction' = 3),
    purpose Enum8('REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3),
    employee_id LowCardinality(String),
    kind Enum8('UNSPECIFIED' = 0, 'COURSE' = 1, 'TEST' = 2, 'ATTESTATION' = 3),
    training_id String,
    -- Points, 0..100; score_told 0 = none.
    score_told UInt8,
    score Float64,
    passed Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, employee_id, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
