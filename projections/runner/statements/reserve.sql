-- Bytes that nothing reads: dropped when the disk is full, made again afterwards.
CREATE TABLE IF NOT EXISTS clientele.reserve
(
    `bytes` String CODEC(NONE)
)
ENGINE = MergeTree
ORDER BY tuple()
SETTINGS non_replicated_deduplication_window = 0
