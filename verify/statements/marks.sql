-- One mark by its id, or the newest one where id is negative.
SELECT
    id,
    toUnixTimestamp64Micro(known_at) AS known_at_micros,
    next
FROM clientele.marks
WHERE {id:Int64} < 0 OR id = toUInt64({id:Int64})
ORDER BY id DESC
LIMIT 1
