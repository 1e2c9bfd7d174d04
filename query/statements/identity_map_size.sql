-- Pseudonyms of a map, if it is there.
SELECT assumeNotNull(total_rows) AS size
FROM system.tables
WHERE database = 'clientele'
  AND name = {map:String}
