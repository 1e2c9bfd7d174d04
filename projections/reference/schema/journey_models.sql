CREATE TABLE IF NOT EXISTS clientele.journey_steps_v{version}
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
    model_id LowCardinality(String),
    model_version UInt32,
    model_title String,
    -- Its number in the model, from 1; a step stands before its parts.
    step UInt16,
    step_id LowCardinality(String),
    -- Of the step that it is a part of; empty: of none.
    parent_step_id LowCardinality(String),
    -- 1: part of no other.
    depth UInt8,
    title String,
    owner_role LowCardinality(String),
    script String,
    -- The longest time to the next step; 0: no norm.
    norm_ms Int64,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, model_id, model_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.journey_matches_v{version}
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
    model_id LowCardinality(String),
    model_version UInt32,
    step UInt16,
    step_id LowCardinality(String),
    -- Its number of the step's, from 1. All that is told must fit.
    match UInt16,
    -- Number of the payload in Event; 0: any.
    event_kind UInt16,
    -- UNSPECIFIED: any.
    touchpoint_kind Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, 'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' = 10, 'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'DELIVERY' = 15, 'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = 19, 'REFERRAL' = 20, 'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23),
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    -- Empty: any.
    topic LowCardinality(String),
    attribute LowCardinality(String),
    attribute_value String,
    valid_from DateTime64(6, 'UTC'),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, model_id, model_version, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
