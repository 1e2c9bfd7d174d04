CREATE TABLE IF NOT EXISTS clientele.customer_facts_v{version}
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
    kind Enum8('PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'RETURN' = 16, 'CHURN' = 22),
    touchpoint_id String,
    order_id String,
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    campaign LowCardinality(String),
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    -- Of all amounts of the row; empty where there is none.
    currency LowCardinality(String),
    -- As it changes revenue or cash: of a return below 0.
    amount_minor Int64,
    -- 0: the margin is not known.
    margin_told UInt8,
    margin_minor Int64,
    method LowCardinality(String),
    -- In force in [contract_from, contract_to); contract_to 1970-01-01 = open end.
    contract_from DateTime64(6, 'UTC'),
    contract_to DateTime64(6, 'UTC'),
    mrr_minor Int64,
    -- Of a churn or return.
    reason Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, 'MOVED' = 4, 'OTHER' = 5),
    reason_key LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.order_items_v{version}
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
    kind Enum8('PURCHASE' = 12, 'RETURN' = 16),
    touchpoint_id String,
    order_id String,
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    campaign LowCardinality(String),
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    -- Its number, from 1; 0: what the items don't explain of the whole amount.
    item UInt16,
    sku String,
    category LowCardinality(String),
    currency LowCardinality(String),
    -- As it changes revenue: of a return below 0.
    amount_minor Int64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.customer_profiles_v{version}
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
    segment LowCardinality(String),
    tier LowCardinality(String),
    stage LowCardinality(String),
    manager LowCardinality(String),
    -- From when on it holds.
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
