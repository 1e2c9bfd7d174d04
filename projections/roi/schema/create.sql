CREATE TABLE IF NOT EXISTS clientele.costs_v{version}
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
    cost_id String,
    category LowCardinality(String),
    -- What for; `purpose` is the event's.
    cost_purpose Enum8('UNSPECIFIED' = 0, 'ACQUISITION' = 1, 'RETENTION' = 2, 'SERVICE' = 3, 'OTHER' = 4),
    currency LowCardinality(String),
    -- Of the whole period; negative = a credit.
    amount_minor Int64,
    -- [period_from, period_to).
    period_from DateTime64(6, 'UTC'),
    period_to DateTime64(6, 'UTC'),
    -- What it is spent on; UNSPECIFIED or empty = on none alone.
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    campaign LowCardinality(String),
    team LowCardinality(String),
    unit LowCardinality(String),
    initiative LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX period_from_range period_from TYPE minmax GRANULARITY 1,
    INDEX period_to_range period_to TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, period_from, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.initiatives_v{version}
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
    initiative LowCardinality(String),
    title String,
    phase Enum8('UNSPECIFIED' = 0, 'PILOT' = 1, 'ROLLED_OUT' = 2, 'STOPPED' = 3),
    sponsor LowCardinality(String),
    -- [started_at, ended_at); ended_at 1970-01-01 = it goes on.
    started_at DateTime64(6, 'UTC'),
    ended_at DateTime64(6, 'UTC'),
    currency LowCardinality(String),
    planned_cost_minor Int64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, initiative, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.exchange_rates_v{version}
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
    currency LowCardinality(String),
    to_currency LowCardinality(String),
    -- 1970-01-01 = not told.
    day Date,
    -- One major unit of `currency` is so many major units of `to_currency`; 0 = not told.
    rate Float64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, currency, to_currency, day, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.touches_v{version}
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
    kind Enum8('VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, 'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'REFERRAL' = 20, 'CALL' = 100),
    -- The touchpoint's or the call's.
    touch_id String,
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    campaign LowCardinality(String),
    direction Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'SELF' = 3),
    conversation_id String,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
