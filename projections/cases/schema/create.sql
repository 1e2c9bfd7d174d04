CREATE TABLE IF NOT EXISTS clientele.cases_v{version}
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
    case_id String,
    type LowCardinality(String),
    priority LowCardinality(String),
    topic LowCardinality(String),
    -- Moments of the case; 1970-01-01 = not told. resolved_at is the last one.
    opened_at DateTime64(6, 'UTC'),
    first_response_at DateTime64(6, 'UTC'),
    resolved_at DateTime64(6, 'UTC'),
    due_at DateTime64(6, 'UTC'),
    -- resolved_at, unless the case was opened again after; 2200-01-01 = it is open.
    closed_at DateTime64(6, 'UTC'),
    -- closed_at - opened_at; -1 if it is open, or not known.
    resolution_ms Int64,
    -- Of a closed one the longest stretch between two moments next to each other; else -1.
    longest_gap_ms Int64,
    times_informed UInt16,
    times_reopened UInt16,
    state LowCardinality(String),
    root_cause LowCardinality(String),
    fault_side Enum8('UNSPECIFIED' = 0, 'COMPANY' = 1, 'CUSTOMER' = 2, 'THIRD' = 3),
    -- 0: nobody told whether the customer got anything.
    compensation_told UInt8,
    compensation_minor Int64,
    currency LowCardinality(String),
    owner LowCardinality(String),
    team LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX opened_at_range opened_at TYPE minmax GRANULARITY 1,
    INDEX closed_at_range closed_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.case_moments_v{version}
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
    case_id String,
    step Enum8('OPENED' = 1, 'FIRST_RESPONSE' = 2, 'INFORMED' = 3, 'RESOLVED' = 4, 'REOPENED' = 5),
    -- Told moments only.
    at DateTime64(6, 'UTC'),
    type LowCardinality(String),
    priority LowCardinality(String),
    topic LowCardinality(String),
    owner LowCardinality(String),
    team LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX at_range at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
