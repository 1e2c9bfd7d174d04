(
  SELECT * REPLACE (
    if(Settings['log_comment'] = '', query_id, Settings['log_comment']) AS query_id,
    if(initial_query_id = '' OR Settings['log_comment'] = '', initial_query_id, Settings['log_comment']) AS initial_query_id,
    replaceRegexpOne(query, '\\n INTO OUTFILE \'/proc/self/fd/[0-9]+\' APPEND COMPRESSION \'none\'', '') AS query
  )
  FROM system.processes
)
