CREATE TABLE IF NOT EXISTS clientele.staff_v{version}
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
    -- company/branch/department/team as told, and its parts: the last one is the team.
    unit_path LowCardinality(String),
    branch LowCardinality(String),
    department LowCardinality(String),
    team_id LowCardinality(String),
    role LowCardinality(String),
    -- 0: none.
    line UInt8,
    hired_at DateTime64(6, 'UTC'),
    -- 1970-01-01: has not left.
    left_at DateTime64(6, 'UTC'),
    state Enum8('UNSPECIFIED' = 0, 'WORKING' = 1, 'SUSPENDED' = 2, 'LEFT' = 3),
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, employee_id, valid_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.targets_v{version}
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
    metric LowCardinality(String),
    scope_kind Enum8('UNSPECIFIED' = 0, 'COMPANY' = 1, 'UNIT' = 2, 'TEAM' = 3, 'EMPLOYEE' = 4),
    scope_id LowCardinality(String),
    -- 0: the value is not known.
    value_told UInt8,
    value Float64,
    period_from DateTime64(6, 'UTC'),
    period_to DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, metric, period_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.service_targets_v{version}
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
    -- One of the two.
    queue_id LowCardinality(String),
    team_id LowCardinality(String),
    -- Untold: 20,000.
    threshold_ms Int64,
    -- 0: there is no target share.
    target_share_told UInt8,
    target_share Float64,
    -- Untold: 5,000.
    short_abandon_ms Int64,
    -- 0: no limit.
    queue_limit UInt32,
    policy Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'WITH_ABANDONED' = 2, 'WITHOUT_SHORT_ABANDONED' = 3, 'WITH_FLOWED_OUT' = 4),
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, queue_id, team_id, valid_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.incidents_v{version}
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
    incident_id String,
    title String,
    incident_from DateTime64(6, 'UTC'),
    -- 1970-01-01: it goes on.
    incident_to DateTime64(6, 'UTC'),
    -- 1: no channel, or no team, is named: all are affected.
    all_channels UInt8,
    all_teams UInt8,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, incident_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.incident_scopes_v{version}
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
    incident_id String,
    incident_from DateTime64(6, 'UTC'),
    incident_to DateTime64(6, 'UTC'),
    -- One of the two.
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    team_id LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, incident_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
