SELECT threshold_s, n, value
FROM
(
    SELECT
        point AS threshold_s,
        sum(counted) OVER () AS n,
        sum(in_time) OVER (ORDER BY point) / sum(counted) OVER () AS value
    FROM
    (
        SELECT
            toInt64(least(intDiv(greatest(wait_ms, 0) + 999, 1000), 301)) AS point,
            countIf(`end` = 'ANSWERED' AND wait_ms >= 0) AS in_time,
            countIf(`end` IN ('ANSWERED', 'ABANDONED')
                AND NOT (`end` = 'ABANDONED' AND wait_ms BETWEEN 0 AND 4999)) AS counted
        FROM yardstick.calls
        WHERE purpose = 'REAL'
          AND direction = 'INBOUND'
          AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
          AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
          AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
        GROUP BY point
        ORDER BY point WITH FILL FROM 0 TO 302
    )
)
WHERE threshold_s <= 300
