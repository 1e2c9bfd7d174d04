-- 8 MiB that no file system makes smaller.
INSERT INTO clientele.reserve
SELECT randomString(1048576) AS bytes
FROM numbers(8)
