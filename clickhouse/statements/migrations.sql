SELECT
    name,
    checksum
FROM clientele.migrations
ORDER BY applied_at, name
