CREATE TABLE IF NOT EXISTS clientele.contacts_v{version}
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
    -- Of a touchpoint, or CALL.
    kind Enum8('UNSPECIFIED' = 0, 'VISIT' = 1, 'MESSAGE' = 2, 'FORM' = 3, 'WIDGET' = 4, 'STORE_VISIT' = 5, 'MEETING' = 6, 'DEMO' = 7, 'PROPOSAL' = 8, 'CART' = 9, 'ORDER' = 10, 'ORDER_CONFIRMED' = 11, 'PURCHASE' = 12, 'PAYMENT' = 13, 'CONTRACT' = 14, 'DELIVERY' = 15, 'RETURN' = 16, 'ONBOARDING' = 17, 'COMPLAINT' = 18, 'REVIEW' = 19, 'REFERRAL' = 20, 'NOTE' = 21, 'CHURN' = 22, 'OTHER' = 23, 'CALL' = 100),
    -- The call's or touchpoint's entity.
    contact_id String,
    channel Enum8('UNSPECIFIED' = 0, 'PHONE' = 1, 'SMS' = 2, 'EMAIL' = 3, 'CHAT' = 4, 'MESSENGER' = 5, 'WEB' = 6, 'FORM' = 7, 'STORE' = 8, 'FIELD' = 9, 'SOCIAL' = 10, 'AD' = 11, 'OTHER' = 12),
    direction Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'SELF' = 3),
    conversation_id String,
    case_id String,
    order_id String,
    topic LowCardinality(String),
    -- Of a call; empty of others.
    queue_id LowCardinality(String),
    -- Who acted or answered for the company; of a call the first leg that answered.
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    line UInt8,
    -- Of a message.
    author Enum8('UNSPECIFIED' = 0, 'CUSTOMER' = 1, 'EMPLOYEE' = 2, 'BOT' = 3),
    reply_kind Enum8('UNSPECIFIED' = 0, 'SUBSTANTIVE' = 1, 'HOLDING' = 2, 'TEMPLATE' = 3),
    kb_article_id LowCardinality(String),
    delivery Enum8('UNSPECIFIED' = 0, 'SENT' = 1, 'DELIVERED' = 2, 'READ' = 3, 'FAILED' = 4),
    -- Empty and UNSPECIFIED: the contact hands nobody over.
    hand_off_from LowCardinality(String),
    hand_off_to LowCardinality(String),
    hand_off_mode Enum8('UNSPECIFIED' = 0, 'RELAY' = 1, 'WARM' = 2),
    campaign LowCardinality(String),
    -- Of a churn, return or complaint.
    reason Enum8('UNSPECIFIED' = 0, 'SERVICE' = 1, 'PRICE' = 2, 'PRODUCT' = 3, 'MOVED' = 4, 'OTHER' = 5),
    -- By the employee's mark.
    resolved Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2),
    -- Of a call; UNSPECIFIED of others.
    call_end Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'ABANDONED' = 2, 'FLOWED_OUT' = 3, 'VOICEMAIL' = 4, 'CALLBACK' = 5, 'QUEUE_FULL' = 6, 'BUSY' = 7, 'NO_ANSWER' = 8),
    -- Moments of a call; 1970-01-01 = not told.
    answered_at DateTime64(6, 'UTC'),
    ended_at DateTime64(6, 'UTC'),
    -- Sums over a call's legs.
    talk_ms Int64,
    hold_ms Int64,
    wrap_ms Int64,
    transfers UInt16,
    -- name=value, in rising order.
    attributes Array(String),
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, customer, occurred_at, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
