CREATE TABLE IF NOT EXISTS clientele.calls_v{version}
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
    call_id String,
    conversation_id String,
    case_id String,
    direction Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'INTERNAL' = 3),
    dialled_number String,
    queue_id LowCardinality(String),
    topic LowCardinality(String),
    -- Moments of the call; 1970-01-01 = not told.
    queued_at DateTime64(6, 'UTC'),
    answered_at DateTime64(6, 'UTC'),
    ended_at DateTime64(6, 'UTC'),
    ivr_ms Int64,
    end Enum8('UNSPECIFIED' = 0, 'ANSWERED' = 1, 'ABANDONED' = 2, 'FLOWED_OUT' = 3, 'VOICEMAIL' = 4, 'CALLBACK' = 5, 'QUEUE_FULL' = 6, 'BUSY' = 7, 'NO_ANSWER' = 8),
    ended_by Enum8('UNSPECIFIED' = 0, 'CUSTOMER' = 1, 'EMPLOYEE' = 2, 'SYSTEM' = 3),
    -- answered_at (or ended_at, if never answered) - queued_at; -1 if it never queued or has no end.
    wait_ms Int64,
    -- Sums over the legs.
    talk_ms Int64,
    hold_ms Int64,
    wrap_ms Int64,
    legs UInt16,
    transfers UInt16,
    -- The first leg that answered; empty if none did.
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    line UInt8,
    -- Of the legs that answered: 1 = the first line did it alone.
    highest_line UInt8,
    -- By the agent's mark.
    resolved Enum8('NOT_TOLD' = 0, 'YES' = 1, 'NO' = 2),
    speech_agent_ms Int64,
    speech_customer_ms Int64,
    speech_silence_ms Int64,
    speech_overlap_ms Int64,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX queued_at_range queued_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, call_id, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE TABLE IF NOT EXISTS clientele.call_legs_v{version}
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
    call_id String,
    direction Enum8('UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'INTERNAL' = 3),
    queue_id LowCardinality(String),
    topic LowCardinality(String),
    -- Its number in the call, from 1.
    leg UInt16,
    employee_id LowCardinality(String),
    team_id LowCardinality(String),
    line UInt8,
    -- When the call entered the queue: figures by person lie in the same buckets as the call's.
    queued_at DateTime64(6, 'UTC'),
    started_at DateTime64(6, 'UTC'),
    answered_at DateTime64(6, 'UTC'),
    ended_at DateTime64(6, 'UTC'),
    talk_ms Int64,
    hold_ms Int64,
    wrap_ms Int64,
    transfer Enum8('UNSPECIFIED' = 0, 'NONE' = 1, 'BLIND' = 2, 'CONSULT' = 3),
    -- Of the next leg, if this one was handed on to it.
    to_team_id LowCardinality(String),
    to_line UInt8,
    INDEX src_offset_range src_offset TYPE minmax GRANULARITY 1,
    INDEX queued_at_range queued_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant, occurred_at, call_id, src_partition, src_offset, retires, row)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
