-- Signed as the contacts are. Microseconds.
SELECT
    occurred_at,
    kind,
    channel,
    direction,
    queue_id,
    topic,
    employee_id,
    team_id,
    line,
    micros - {open_from:Int64} AS since_known,
    {open_to:Int64} - micros AS until_known,
    -- The number of the last stretch of open hours that began by then.
    transform(roundDown(micros, {open_moments:Array(Int64)}),
              {open_moments:Array(Int64)}, arrayEnumerate({open_moments:Array(Int64)}), 0)
        AS stretch,
    micros - {open_moments:Array(Int64)}[stretch] < {open_lengths:Array(Int64)}[stretch] AS is_open,
    sign
FROM
(
    SELECT *, toUnixTimestamp64Micro(occurred_at) AS micros
    FROM {{contacts}}
    WHERE purpose = 'REAL'
      AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)
