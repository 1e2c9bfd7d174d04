-- Which of these tables are there.
SELECT name
FROM system.tables
WHERE database = 'clientele'
  AND name IN {tables:Array(String)}
