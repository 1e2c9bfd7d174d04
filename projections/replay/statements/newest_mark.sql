-- The newest mark.
SELECT
    id,
    next
FROM clientele.marks
ORDER BY id DESC
LIMIT 1
