-- What the plain tables are made from (plain_tables.py), separated by lines of only ";": the tables of
-- the projections, with their keys and the indexes that queries use; then of each a table, an index,
-- and the rows that no later telling took back. @name@ and the like stand for names.
SELECT name, sorting_key
FROM system.tables
WHERE database = 'clientele'
  AND name IN (SELECT table FROM system.columns WHERE database = 'clientele' AND name = 'retires')
  AND engine = 'ReplacingMergeTree'
ORDER BY name
;
SELECT name, expr, type
FROM system.data_skipping_indices
WHERE database = 'clientele'
  AND table = '@table@'
  AND expr != 'src_offset'
;
CREATE TABLE yardstick.@name@
ENGINE = MergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (@key@)
EMPTY AS SELECT * EXCEPT (src_partition, src_offset, retires, row, sign, cause)
FROM clientele.@table@
;
ALTER TABLE yardstick.@name@ ADD INDEX @index@ @expression@ TYPE @type@ GRANULARITY 1
;
INSERT INTO yardstick.@name@
SELECT * EXCEPT (src_partition, src_offset, retires, row, sign, cause)
FROM clientele.@table@
WHERE sign > 0
  AND (src_partition, src_offset) NOT IN (
      SELECT src_partition, toUInt64(retires - 1) FROM clientele.@table@ WHERE sign < 0)
