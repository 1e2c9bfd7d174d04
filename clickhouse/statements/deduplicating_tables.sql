-- How many inserts each of our tables remembers to drop repeated ones: of the table, else the
-- server's default.
WITH
    (SELECT any(value) FROM system.merge_tree_settings WHERE name = 'non_replicated_deduplication_window') AS plain_default,
    (SELECT any(value) FROM system.merge_tree_settings WHERE name = 'replicated_deduplication_window') AS replicated_default
SELECT
    name,
    if(startsWith(engine, 'Replicated'), 'replicated_deduplication_window', 'non_replicated_deduplication_window') AS setting,
    if(startsWith(engine, 'Replicated'),
       extract(engine_full, '\\breplicated_deduplication_window = (\\d+)'),
       extract(engine_full, '\\bnon_replicated_deduplication_window = (\\d+)')) AS own,
    multiIf(own != '', own, startsWith(engine, 'Replicated'), replicated_default, plain_default) AS value
FROM system.tables
WHERE database = 'clientele'
  AND engine LIKE '%MergeTree'
  AND value != '0'
ORDER BY name
