CREATE TABLE IF NOT EXISTS clientele.sampling_plans_v{version}
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
    plan_id LowCardinality(String),
    plan_version UInt32,
    -- Of an employee's contacts in a period; 0: a count is drawn.
    share Float64,
    -- A period and employee; 0: a share is drawn.
    count UInt32,
    period Enum8('UNSPECIFIED' = 0, 'DAY' = 1, 'WEEK' = 2, 'MONTH' = 3),
    seed UInt64,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, plan_id, plan_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.sampling_terms_v{version}
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
    plan_id LowCardinality(String),
    plan_version UInt32,
    -- FRAME: the dimension has this value, or that of another row of the same term. STRATUM: the
    -- dimension's values are drawn from apart.
    term_kind Enum8('FRAME' = 1, 'STRATUM' = 2),
    -- Its number among those of its kind, from 1.
    term UInt16,
    dimension LowCardinality(String),
    value String,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, plan_id, plan_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.incentive_plans_v{version}
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
    plan_id LowCardinality(String),
    plan_version UInt32,
    audience Enum8('UNSPECIFIED' = 0, 'EMPLOYEE' = 1, 'EVALUATOR' = 2, 'LEAD' = 3),
    fixed_minor Int64,
    currency LowCardinality(String),
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, plan_id, plan_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.incentive_components_v{version}
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
    plan_id LowCardinality(String),
    plan_version UInt32,
    -- Its number in the plan, from 1.
    component UInt16,
    metric LowCardinality(String),
    scope Enum8('UNSPECIFIED' = 0, 'OWN' = 1, 'TEAM' = 2),
    currency LowCardinality(String),
    amount_minor Int64,
    -- 0: there is no floor, or no cap.
    floor_told UInt8,
    floor Float64,
    cap_told UInt8,
    cap Float64,
    penalty_minor Int64,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, plan_id, plan_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
