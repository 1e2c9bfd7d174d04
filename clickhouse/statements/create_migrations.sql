-- Which migrations have run. Written once each; a name never comes with two checksums.
CREATE TABLE IF NOT EXISTS clientele.migrations
(
    name String,
    -- 128-bit XXH3 of its text, in hexadecimal.
    checksum String,
    applied_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
