SELECT
    countIf(`end` IN ('ANSWERED', 'ABANDONED'))
        - countIf(`end` = 'ABANDONED' AND wait_ms BETWEEN 0 AND 4999) AS n,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 0) / n AS value_0,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 20000) / n AS value_20,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 40000) / n AS value_40,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 60000) / n AS value_60,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 80000) / n AS value_80,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 100000) / n AS value_100,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 120000) / n AS value_120,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 140000) / n AS value_140,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 160000) / n AS value_160,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 180000) / n AS value_180,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 200000) / n AS value_200,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 220000) / n AS value_220,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 240000) / n AS value_240,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 260000) / n AS value_260,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 280000) / n AS value_280,
    countIf(`end` = 'ANSWERED' AND wait_ms BETWEEN 0 AND 300000) / n AS value_300
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
