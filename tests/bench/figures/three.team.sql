WITH queued_at >= fromUnixTimestamp64Micro({later:Int64}, 'UTC') AS now
SELECT
    CAST(team_id AS String) AS team,
    avgIf(talk_ms + hold_ms + wrap_ms, now) / 1000 AS value,
    countIf(now) AS n,
    stddevSampIf(talk_ms + hold_ms + wrap_ms, now) / 1000 AS deviation,
    avgIf(talk_ms + hold_ms + wrap_ms, NOT now) / 1000 AS earlier,
    countIf(NOT now) AS n_earlier,
    stddevSampIf(talk_ms + hold_ms + wrap_ms, NOT now) / 1000 AS deviation_earlier
FROM yardstick.call_legs
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND answered_at > toDateTime64(0, 6, 'UTC')
  AND queued_at >= fromUnixTimestamp64Micro({earlier:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY team
;
WITH queued_at >= fromUnixTimestamp64Micro({later:Int64}, 'UTC') AS now
SELECT
    CAST(team_id AS String) AS team,
    avgIf(wait_ms, now) / 1000 AS value,
    countIf(now) AS n,
    stddevSampIf(wait_ms, now) / 1000 AS deviation,
    avgIf(wait_ms, NOT now) / 1000 AS earlier,
    countIf(NOT now) AS n_earlier,
    stddevSampIf(wait_ms, NOT now) / 1000 AS deviation_earlier
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` = 'ANSWERED'
  AND wait_ms >= 0
  AND queued_at >= fromUnixTimestamp64Micro({earlier:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY team
;
WITH
    completed_at >= fromUnixTimestamp64Micro({later:Int64}, 'UTC') AS now,
    multiIf(scale = 'CSAT_2', rated = 1, scale = 'CSAT_3', rated = 3, rated >= 4) AS good
SELECT
    CAST(team_id AS String) AS team,
    countIf(good AND now) / n AS value,
    countIf(now) AS n,
    countIf(good AND NOT now) / n_earlier AS earlier,
    countIf(NOT now) AS n_earlier
FROM yardstick.survey_questions
WHERE purpose = 'REAL'
  AND scale IN ('CSAT_2', 'CSAT_3', 'CSAT_5')
  AND answered
  AND completed_at >= fromUnixTimestamp64Micro({earlier:Int64}, 'UTC')
  AND completed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY team
