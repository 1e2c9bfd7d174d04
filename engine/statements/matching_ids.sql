SELECT query_id
FROM (SELECT arrayJoin({clientele_statement_ids:Array(String)}) AS query_id, currentUser() AS user)
WHERE 
