CREATE TABLE IF NOT EXISTS clientele.events_v{version}
(
    tenant LowCardinality(String),
    customer UUID,
    occurred_at DateTime64(6, 'UTC'),
    recorded_at DateTime64(3, 'UTC'),
    src_partition UInt16,
    src_offset UInt64,
    -- What the retirement step decided: told (counts now), correction (counts now, took another
    -- back), retraction (bars; may take one back), duplicate (of the revision that counts), stale (a
    -- higher revision counts or a retraction bars it), unknown (a kind that this version does not know).
    cause Enum8('told' = 1, 'correction' = 2, 'retraction' = 3, 'duplicate' = 4, 'stale' = 5, 'unknown' = 6),
    -- Offset + 1 of the telling that this event took back, else 0.
    takes_back UInt64,
    event_id UUID,
    -- Payload's field number in Event, and its name.
    kind UInt16,
    kind_name LowCardinality(String),
    -- Entity: kind (of a retraction the target's) and id.
    entity_kind UInt16,
    entity_id String,
    revision UInt32,
    purpose Enum8('REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3),
    source_system LowCardinality(String),
    external_id String,
    sent_at DateTime64(6, 'UTC'),
    received_at DateTime64(6, 'UTC'),
    aliases Array(UUID),
    -- The record's value as it is in the log.
    payload String CODEC(ZSTD(1)),
    INDEX occurred_at_range occurred_at TYPE minmax GRANULARITY 1,
    INDEX customer_filter customer TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX entity_filter entity_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(recorded_at)
ORDER BY (src_partition, src_offset)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
