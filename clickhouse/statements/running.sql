-- How many statements with such query ids run, this one aside.
SELECT count() AS running
FROM system.processes
WHERE startsWith(query_id, {prefix:String})
  AND query_id != {own_query_id:String}
