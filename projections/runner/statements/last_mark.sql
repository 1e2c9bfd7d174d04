-- The newest mark of the table, -1 if there is none.
SELECT if(count() = 0, -1, toInt64(max(id))) AS last_id
FROM clientele.marks
