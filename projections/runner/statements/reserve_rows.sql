-- Whether the reserve is filled.
SELECT count() AS rows
FROM clientele.reserve
