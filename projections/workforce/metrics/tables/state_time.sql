-- What people did, by the clock: one row a told stretch in each bucket that it reaches into. Of
-- stretches that overlap a moment counts once, in the state that binds most. The time of a person's
-- state in a bucket stands in the first of its rows; the others are there to be counted.
WITH
    ['BUSY', 'WRAP', 'TRAINING', 'BREAK', 'READY', 'LOGGED_IN', 'LOGGED_OUT'] AS states,
    told AS
    (
        SELECT
            employee_id,
            toString(state) AS state_name,
            from_at,
            to_at,
            sign,
            src_partition,
            src_offset,
            retires
        FROM {{agent_states}}
        WHERE purpose = 'REAL'
          AND from_at > fromUnixTimestamp64Micro(0, 'UTC')
          AND from_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
    ),
    -- Of the last day before the range all, as they may go on; of earlier ones those that end in
    -- it. Apart, as each is found by an index of its own.
    near AS
    (
        SELECT *
        FROM told
        WHERE from_at > fromUnixTimestamp64Micro({from:Int64} - 86400000000, 'UTC')
        UNION ALL
        SELECT *
        FROM told
        WHERE from_at <= fromUnixTimestamp64Micro({from:Int64} - 86400000000, 'UTC')
          AND to_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
    ),
    -- Microseconds; `ends` 0 = not ended.
    stretches AS
    (
        SELECT
            employee_id,
            state_name,
            toUnixTimestamp64Micro(from_at) AS begins,
            toUnixTimestamp64Micro(to_at) AS ends
        FROM near
        WHERE sign > 0
          AND (src_partition, src_offset) NOT IN (
              SELECT src_partition, toUInt64(retires - 1) FROM near WHERE sign < 0)
    ),
    opened AS (SELECT employee_id, begins FROM stretches WHERE ends = 0),
    -- When the person's next stretch begins.
    followed AS
    (
        SELECT
            opened.employee_id AS person,
            opened.begins AS opened_at,
            min(stretches.begins) AS next_begins
        FROM stretches
        ASOF INNER JOIN opened
            ON stretches.employee_id = opened.employee_id AND stretches.begins > opened.begins
        GROUP BY person, opened_at
    ),
    -- One that has not ended goes on to the next one, to the mark, and for a day at most.
    ended AS
    (
        SELECT
            stretches.employee_id AS person,
            stretches.state_name AS state_name,
            stretches.begins AS begins,
            if(stretches.ends != 0,
               stretches.ends,
               least(stretches.begins + 86400000000,
                     {known_at:Int64},
                     if(followed.next_begins = 0, {to:Int64}, followed.next_begins))) AS ends
        FROM stretches
        LEFT JOIN followed
            ON stretches.employee_id = followed.person AND stretches.begins = followed.opened_at
    ),
    placed AS
    (
        SELECT
            ended.person AS person,
            organisation.team_id AS team_id,
            ended.state_name AS state_name,
            ended.begins AS begins,
            ended.ends AS ends
        FROM ended
        ASOF LEFT JOIN
        (
            SELECT
                employee_id,
                team_id,
                toUnixTimestamp64Micro(valid_from) AS valid_from_micros
            FROM {{staff}}
            WHERE purpose = 'REAL'
            GROUP BY employee_id, team_id, valid_from
            HAVING sum(sign) > 0
        ) AS organisation
            ON ended.person = organisation.employee_id
            AND ended.begins >= organisation.valid_from_micros
        WHERE ended.ends > greatest(ended.begins, {from:Int64})
    ),
    parts AS
    (
        SELECT
            person,
            team_id,
            indexOf(states, state_name) AS rank,
            -- Buckets by number, from 1; the last bound is the end of the last bucket.
            arrayJoin(range(
                transform(roundDown(greatest(begins, {from:Int64}), {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0),
                transform(roundDown(least(ends, {to:Int64}) - 1, {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0) + 1))
                AS number,
            greatest(begins, {from:Int64}, {bounds:Array(Int64)}[number]) AS part_begins,
            least(ends, {to:Int64}, {bounds:Array(Int64)}[number + 1]) AS part_ends
        FROM placed
    ),
    -- `covered`: the time of the first rank, of the first two together, and so on, from 0.
    sums AS
    (
        SELECT
            person,
            team_id,
            greatest({from:Int64}, {bounds:Array(Int64)}[number]) AS bucket_begins,
            [
                toUInt64(0),
                intervalLengthSumIf(part_begins, part_ends, rank <= 1),
                intervalLengthSumIf(part_begins, part_ends, rank <= 2),
                intervalLengthSumIf(part_begins, part_ends, rank <= 3),
                intervalLengthSumIf(part_begins, part_ends, rank <= 4),
                intervalLengthSumIf(part_begins, part_ends, rank <= 5),
                intervalLengthSumIf(part_begins, part_ends, rank <= 6),
                intervalLengthSumIf(part_begins, part_ends, rank <= 7)
            ] AS covered,
            [
                countIf(rank = 1),
                countIf(rank = 2),
                countIf(rank = 3),
                countIf(rank = 4),
                countIf(rank = 5),
                countIf(rank = 6),
                countIf(rank = 7)
            ] AS told
        FROM parts
        WHERE rank > 0
        GROUP BY person, team_id, number
    )
SELECT
    person AS employee_id,
    team_id,
    CAST(states[rank] AS Enum8('UNSPECIFIED' = 0, 'LOGGED_IN' = 1, 'READY' = 2, 'BUSY' = 3, 'WRAP' = 4, 'BREAK' = 5, 'TRAINING' = 6, 'LOGGED_OUT' = 7)) AS agent_state,
    fromUnixTimestamp64Micro(bucket_begins, 'UTC') AS begins_at,
    if(copy = 0, toInt64(covered[rank + 1] - covered[rank]), 0) AS state_micros,
    toInt8(1) AS sign
FROM (SELECT *, arrayJoin(range(1, 8)) AS rank FROM sums)
ARRAY JOIN range(told[rank]) AS copy
