-- Which process replays a projection. One row whenever it says so: another one is refused for as
-- long as it does. All times are the store's own.
CREATE TABLE IF NOT EXISTS clientele.replay_holders
(
    `projection` LowCardinality(String),
    -- Of the data folder that its replays have: the same after a kill and a new start.
    holder UUID,
    host String,
    process_id Int64,
    -- When it began to hold. Of two the earlier one holds.
    since DateTime64(6, 'UTC') DEFAULT now64(6),
    seen_at DateTime64(6, 'UTC') DEFAULT now64(6),
    -- It has ended, and said so.
    ended UInt8
)
ENGINE = ReplacingMergeTree(seen_at)
ORDER BY (projection, holder)
SETTINGS non_replicated_deduplication_window = 0
