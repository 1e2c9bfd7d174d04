CREATE TABLE IF NOT EXISTS clientele.evaluations_v{version}
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
    evaluation_id String,
    subject_kind Enum8('UNSPECIFIED' = 0, 'CALL' = 1, 'TOUCHPOINT' = 2, 'CASE' = 3, 'JOURNEY' = 4),
    subject_id String,
    employee_id LowCardinality(String),
    -- As told; empty: as Staff says.
    team_id LowCardinality(String),
    evaluator_id LowCardinality(String),
    evaluator_unit Enum8('UNSPECIFIED' = 0, 'LEAD' = 1, 'IN_HOUSE' = 2, 'OUTSOURCED' = 3),
    evaluated_by Enum8('UNSPECIFIED' = 0, 'HUMAN' = 1, 'AUTO' = 2, 'MYSTERY_VISIT' = 3, 'MYSTERY_CALL' = 4, 'VIDEO' = 5, 'CRM_AUDIT' = 6, 'SELF' = 7),
    scorecard_id LowCardinality(String),
    scorecard_version UInt32,
    items UInt16,
    submitted_at DateTime64(6, 'UTC'),
    -- 1970-01-01: not yet.
    disputed_at DateTime64(6, 'UTC'),
    decided_at DateTime64(6, 'UTC'),
    outcome Enum8('UNSPECIFIED' = 0, 'UPHELD' = 1, 'OVERTURNED' = 2),
    acknowledged_at DateTime64(6, 'UTC'),
    coached_at DateTime64(6, 'UTC'),
    -- Not empty: of a calibration, counts in no score.
    calibration_session_id String,
    plan_id LowCardinality(String),
    -- 0: not drawn by a plan.
    inclusion_probability Float64,
    -- 0: not told.
    evaluation_ms Int64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, submitted_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.evaluation_items_v{version}
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
    evaluation_id String,
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    evaluator_id LowCardinality(String),
    evaluator_unit Enum8('UNSPECIFIED' = 0, 'LEAD' = 1, 'IN_HOUSE' = 2, 'OUTSOURCED' = 3),
    evaluated_by Enum8('UNSPECIFIED' = 0, 'HUMAN' = 1, 'AUTO' = 2, 'MYSTERY_VISIT' = 3, 'MYSTERY_CALL' = 4, 'VIDEO' = 5, 'CRM_AUDIT' = 6, 'SELF' = 7),
    scorecard_id LowCardinality(String),
    scorecard_version UInt32,
    submitted_at DateTime64(6, 'UTC'),
    outcome Enum8('UNSPECIFIED' = 0, 'UPHELD' = 1, 'OVERTURNED' = 2),
    calibration_session_id String,
    -- Its number of the evaluation's, from 1.
    item UInt16,
    criterion_id LowCardinality(String),
    -- A level, or a value, or neither.
    level LowCardinality(String),
    value_told UInt8,
    value Float64,
    not_applicable UInt8,
    set_by_system UInt8,
    -- Why it failed.
    failure_cause Enum8('UNSPECIFIED' = 0, 'KNOWLEDGE' = 1, 'WILL' = 2),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, submitted_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
