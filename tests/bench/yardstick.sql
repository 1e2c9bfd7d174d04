-- The engine's own way from the log to the tables: Kafka tables and materialized views into tables
-- with the product's own schemas. One statement after another, separated by a line of only ";".
-- @..@ are filled in by yardstick.py.
--
-- An equal job, as far as views can do it: every field of the envelope and of a call, and the
-- record's bytes kept. A decoding table does not give the bytes, so a second Kafka table reads them
-- (RawBLOB). Not done here, though ours does it: taking back tellings, and exactly once.
CREATE TABLE yardstick.told
(
    event_id String,
    tenant String,
    customer_id String,
    alias_ids Array(String),
    occurred_at Int64,
    sent_at Int64,
    received_at Int64,
    source Tuple(system String, external_id String),
    revision UInt32,
    entity_id String,
    purpose Enum8('PURPOSE_UNSPECIFIED' = 0, 'REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3),
    call Tuple(
        call_id String,
        conversation_id String,
        case_id String,
        direction Enum8('DIRECTION_UNSPECIFIED' = 0, 'INBOUND' = 1, 'OUTBOUND' = 2, 'INTERNAL' = 3),
        dialled_number String,
        queue_id String,
        topic String,
        queued_at Int64,
        answered_at Int64,
        ended_at Int64,
        ivr_ms Int64,
        end Enum8('END_UNSPECIFIED' = 0, 'ANSWERED' = 1, 'ABANDONED' = 2, 'FLOWED_OUT' = 3, 'VOICEMAIL' = 4, 'CALLBACK' = 5, 'QUEUE_FULL' = 6, 'BUSY' = 7, 'NO_ANSWER' = 8),
        ended_by Enum8('ENDED_BY_UNSPECIFIED' = 0, 'CUSTOMER' = 1, 'EMPLOYEE' = 2, 'SYSTEM' = 3),
        legs Nested(
            employee_id String,
            team_id String,
            line UInt32,
            started_at Int64,
            answered_at Int64,
            ended_at Int64,
            talk_ms Int64,
            hold_ms Int64,
            wrap_ms Int64,
            transfer Enum8('TRANSFER_UNSPECIFIED' = 0, 'NONE' = 1, 'BLIND' = 2, 'CONSULT' = 3)
        ),
        resolved Bool,
        speech Tuple(agent_ms Int64, customer_ms Int64, silence_ms Int64, overlap_ms Int64)
    )
)
ENGINE = Kafka
SETTINGS kafka_broker_list = '@brokers@', kafka_topic_list = '@topic@', kafka_group_name = 'yardstick_told_@run@',
    kafka_format = 'ProtobufSingle', kafka_schema = '@proto@:Event', kafka_num_consumers = @consumers@,
    kafka_thread_per_consumer = 1, kafka_max_block_size = 200000, kafka_poll_max_batch_size = 65536,
    kafka_flush_interval_ms = 1000
;
CREATE TABLE yardstick.raw
(
    payload String
)
ENGINE = Kafka
SETTINGS kafka_broker_list = '@brokers@', kafka_topic_list = '@topic@', kafka_group_name = 'yardstick_raw_@run@',
    kafka_format = 'RawBLOB', kafka_num_consumers = @consumers@, kafka_thread_per_consumer = 1,
    kafka_max_block_size = 200000, kafka_poll_max_batch_size = 65536, kafka_flush_interval_ms = 1000
;
CREATE TABLE yardstick.payloads
(
    src_partition UInt16,
    src_offset UInt64,
    recorded_at DateTime64(3, 'UTC'),
    payload String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(recorded_at)
ORDER BY (src_partition, src_offset)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
;
CREATE MATERIALIZED VIEW yardstick.into_payloads TO yardstick.payloads AS
SELECT
    toUInt16(_partition) AS src_partition,
    _offset AS src_offset,
    _timestamp_ms AS recorded_at,
    payload
FROM yardstick.raw
;
CREATE MATERIALIZED VIEW yardstick.into_events TO clientele.events_v1 AS
SELECT
    tenant,
    toUUIDOrZero(customer_id) AS customer,
    fromUnixTimestamp64Micro(occurred_at, 'UTC') AS occurred_at,
    _timestamp_ms AS recorded_at,
    toUInt16(_partition) AS src_partition,
    _offset AS src_offset,
    'told' AS cause,
    toUInt64(0) AS takes_back,
    toUUIDOrZero(event_id) AS event_id,
    toUInt16(if(call.call_id = '', 0, 21)) AS kind,
    if(call.call_id = '', '', 'call') AS kind_name,
    kind AS entity_kind,
    entity_id,
    revision,
    if(purpose = 'PURPOSE_UNSPECIFIED', 'REAL', toString(purpose)) AS purpose,
    source.system AS source_system,
    source.external_id AS external_id,
    fromUnixTimestamp64Micro(sent_at, 'UTC') AS sent_at,
    fromUnixTimestamp64Micro(received_at, 'UTC') AS received_at,
    arrayMap(alias -> toUUIDOrZero(alias), alias_ids) AS aliases,
    '' AS payload
FROM yardstick.told
;
CREATE MATERIALIZED VIEW yardstick.into_calls TO clientele.calls_v1 AS
SELECT
    tenant,
    toUUIDOrZero(customer_id) AS customer,
    fromUnixTimestamp64Micro(occurred_at, 'UTC') AS occurred_at,
    _timestamp_ms AS recorded_at,
    toUInt16(_partition) AS src_partition,
    _offset AS src_offset,
    toUInt64(0) AS retires,
    toUInt32(0) AS row,
    toInt8(1) AS sign,
    'told' AS cause,
    if(purpose = 'PURPOSE_UNSPECIFIED', 'REAL', toString(purpose)) AS purpose,
    call.call_id AS call_id,
    call.conversation_id AS conversation_id,
    call.case_id AS case_id,
    toInt8(call.direction) AS direction,
    call.dialled_number AS dialled_number,
    call.queue_id AS queue_id,
    call.topic AS topic,
    fromUnixTimestamp64Micro(call.queued_at, 'UTC') AS queued_at,
    fromUnixTimestamp64Micro(call.answered_at, 'UTC') AS answered_at,
    fromUnixTimestamp64Micro(call.ended_at, 'UTC') AS ended_at,
    call.ivr_ms AS ivr_ms,
    toInt8(call.end) AS end,
    toInt8(call.ended_by) AS ended_by,
    if(call.queued_at = 0, -1, intDiv(if(call.answered_at = 0, call.ended_at, call.answered_at) - call.queued_at, 1000)) AS wait_ms,
    arraySum(call.legs.talk_ms) AS talk_ms,
    arraySum(call.legs.hold_ms) AS hold_ms,
    arraySum(call.legs.wrap_ms) AS wrap_ms,
    toUInt16(length(call.legs.talk_ms)) AS legs,
    toUInt16(countEqual(call.legs.transfer, 'BLIND') + countEqual(call.legs.transfer, 'CONSULT')) AS transfers,
    call.legs.employee_id[1] AS employee_id,
    call.legs.team_id[1] AS team_id,
    toUInt8(call.legs.line[1]) AS line,
    toUInt8(arrayMax(arrayConcat([toUInt32(0)], call.legs.line))) AS highest_line,
    toInt8(if(call.resolved, 1, 0)) AS resolved,
    call.speech.agent_ms AS speech_agent_ms,
    call.speech.customer_ms AS speech_customer_ms,
    call.speech.silence_ms AS speech_silence_ms,
    call.speech.overlap_ms AS speech_overlap_ms
FROM yardstick.told
WHERE call.call_id != ''
;
CREATE MATERIALIZED VIEW yardstick.into_call_legs TO clientele.call_legs_v1 AS
SELECT
    tenant,
    toUUIDOrZero(customer_id) AS customer,
    fromUnixTimestamp64Micro(occurred_at, 'UTC') AS occurred_at,
    _timestamp_ms AS recorded_at,
    toUInt16(_partition) AS src_partition,
    _offset AS src_offset,
    toUInt64(0) AS retires,
    toUInt32(leg - 1) AS row,
    toInt8(1) AS sign,
    'told' AS cause,
    if(purpose = 'PURPOSE_UNSPECIFIED', 'REAL', toString(purpose)) AS purpose,
    call.call_id AS call_id,
    toInt8(call.direction) AS direction,
    call.queue_id AS queue_id,
    call.topic AS topic,
    toUInt16(leg) AS leg,
    call.legs.employee_id[leg] AS employee_id,
    call.legs.team_id[leg] AS team_id,
    toUInt8(call.legs.line[leg]) AS line,
    fromUnixTimestamp64Micro(call.queued_at, 'UTC') AS queued_at,
    fromUnixTimestamp64Micro(call.legs.started_at[leg], 'UTC') AS started_at,
    fromUnixTimestamp64Micro(call.legs.answered_at[leg], 'UTC') AS answered_at,
    fromUnixTimestamp64Micro(call.legs.ended_at[leg], 'UTC') AS ended_at,
    call.legs.talk_ms[leg] AS talk_ms,
    call.legs.hold_ms[leg] AS hold_ms,
    call.legs.wrap_ms[leg] AS wrap_ms,
    toInt8(call.legs.transfer[leg]) AS transfer,
    call.legs.team_id[leg + 1] AS to_team_id,
    toUInt8(call.legs.line[leg + 1]) AS to_line
FROM yardstick.told
ARRAY JOIN arrayEnumerate(call.legs.talk_ms) AS leg
WHERE call.call_id != ''
