-- Signed as the cases are: a telling and what takes it back meet the same calendars.
SELECT
    closed_at,
    type,
    priority,
    topic,
    state,
    root_cause,
    fault_side,
    owner,
    team,
    -- In open hours, where both ends lie in what is known of them; else -1. A stretch is told by its
    -- number, the last one that began by then.
    begins >= {open_from:Int64} AND ends <= {open_to:Int64} AS clocked,
    transform(roundDown(begins, {open_moments:Array(Int64)}),
              {open_moments:Array(Int64)}, arrayEnumerate({open_moments:Array(Int64)}), 0)
        AS begin_stretch,
    transform(roundDown(ends, {open_moments:Array(Int64)}),
              {open_moments:Array(Int64)}, arrayEnumerate({open_moments:Array(Int64)}), 0)
        AS end_stretch,
    {open_measures:Array(Int64)}[begin_stretch]
        + least(begins - {open_moments:Array(Int64)}[begin_stretch],
                {open_lengths:Array(Int64)}[begin_stretch]) AS open_until_begin,
    {open_measures:Array(Int64)}[end_stretch]
        + least(ends - {open_moments:Array(Int64)}[end_stretch],
                {open_lengths:Array(Int64)}[end_stretch]) AS open_until_end,
    if(clocked, intDiv(open_until_end - open_until_begin, 1000), -1) AS business_ms,
    sign
FROM
(
    SELECT
        *,
        toUnixTimestamp64Micro(opened_at) AS begins,
        toUnixTimestamp64Micro(closed_at) AS ends
    FROM {{cases}}
    WHERE purpose = 'REAL'
      -- Opened, and resolved after.
      AND resolution_ms >= 0
      AND closed_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND closed_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)
