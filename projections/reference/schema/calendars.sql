CREATE TABLE IF NOT EXISTS clientele.calendars_v{version}
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
    calendar_id LowCardinality(String),
    calendar_version UInt32,
    time_zone LowCardinality(String),
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, calendar_id, calendar_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.calendar_hours_v{version}
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
    calendar_id LowCardinality(String),
    calendar_version UInt32,
    time_zone LowCardinality(String),
    -- 1 = Monday .. 7 = Sunday.
    weekday UInt8,
    -- Minutes of the day: open in [from_minute, to_minute).
    from_minute UInt16,
    to_minute UInt16,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, calendar_id, calendar_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.calendar_holidays_v{version}
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
    calendar_id LowCardinality(String),
    calendar_version UInt32,
    time_zone LowCardinality(String),
    -- As 2026-05-01, in the calendar's zone.
    day String,
    title String,
    -- Open in [from_minute, to_minute); to_minute 0: closed all day.
    from_minute UInt16,
    to_minute UInt16,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, calendar_id, calendar_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
