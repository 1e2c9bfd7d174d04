CREATE TABLE IF NOT EXISTS clientele.survey_questions_v{version}
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
    response_id String,
    survey_id LowCardinality(String),
    question_id LowCardinality(String),
    scale Enum8('UNSPECIFIED' = 0, 'NPS_11' = 1, 'NPS_BINARY' = 2, 'CSAT_2' = 3, 'CSAT_3' = 4, 'CSAT_5' = 5, 'CES_7' = 6, 'SERVQUAL_7' = 7, 'RATING_N' = 8),
    -- The greatest value of the scale; 0 = the scale is not known.
    best UInt8,
    low_is_good UInt8,
    importance_told UInt8,
    -- Weight of the question in a satisfaction index.
    importance Float64,
    -- The question whose answer decides whether this one is asked; empty = all are asked.
    asked_if LowCardinality(String),
    not_asked UInt8,
    -- The moments reached; 1970-01-01 = not.
    sent_at DateTime64(6, 'UTC'),
    delivered_at DateTime64(6, 'UTC'),
    bounced_at DateTime64(6, 'UTC'),
    started_at DateTime64(6, 'UTC'),
    partial_at DateTime64(6, 'UTC'),
    completed_at DateTime64(6, 'UTC'),
    expired_at DateTime64(6, 'UTC'),
    -- 0: no answer, or none within the scale.
    answered UInt8,
    answer Float64,
    -- The answer, turned where the low end is the good one: the greatest is the best.
    rated Float64,
    -- Of SERVQUAL_7. 0: one of the two is missing or outside the scale.
    gap_told UInt8,
    expectation Float64,
    perception Float64,
    -- perception - expectation, both turned where the low end is the good one.
    gap Float64,
    -- The interaction that it is about; UNSPECIFIED = the relation as a whole.
    subject_kind Enum8('UNSPECIFIED' = 0, 'CALL' = 1, 'TOUCHPOINT' = 2, 'CASE' = 3, 'JOURNEY' = 4),
    subject_id String,
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1,
    INDEX sent_at_range sent_at TYPE minmax GRANULARITY 1,
    INDEX completed_at_range completed_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.reviews_v{version}
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
    touchpoint_id String,
    platform LowCardinality(String),
    -- 0: none within its scale.
    rating_told UInt8,
    rating Float64,
    -- The best value of the platform's scale.
    rating_scale UInt8,
    -- When the company answered; 1970-01-01 = not yet.
    reply_at DateTime64(6, 'UTC'),
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    topic LowCardinality(String),
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.promises_v{version}
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
    promise_kind Enum8('DELIVERY' = 1, 'RESOLUTION' = 2),
    -- Of the touchpoint or the case.
    promise_id String,
    -- UNSPECIFIED of a case.
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    topic LowCardinality(String),
    -- Of a case: who owns it.
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    -- When it was delivered or resolved.
    fulfilled_at DateTime64(6, 'UTC'),
    -- 1970-01-01 = no moment was promised.
    due_at DateTime64(6, 'UTC'),
    -- due_at - fulfilled_at: above 0 is early. 0 where no moment was promised.
    gap_ms Int64,
    amount_promised UInt8,
    -- The customer paid no more than was promised.
    amount_kept UInt8,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX fulfilled_at_range fulfilled_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.promised_amounts_v{version}
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
    promise_kind Enum8('DELIVERY' = 1, 'RESOLUTION' = 2),
    -- Of the touchpoint or the case.
    promise_id String,
    -- UNSPECIFIED of a case.
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    topic LowCardinality(String),
    -- Of a case: who owns it.
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    -- When it was delivered or resolved.
    fulfilled_at DateTime64(6, 'UTC'),
    -- Of both amounts.
    currency LowCardinality(String),
    promised_minor Int64,
    -- What the customer paid.
    amount_minor Int64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX fulfilled_at_range fulfilled_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.interactions_v{version}
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
    kind Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, 'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' = 10, 'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'DELIVERY' = 15, 'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = 19, 'REFERRAL' = 20, 'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23, 'CALL' = 100),
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    topic LowCardinality(String),
    -- Of a complaint, return or churn.
    reason Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, 'MOVED' = 4, 'OTHER' = 5),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
