-- Who is employed: one row an employee's place in each bucket that it reaches into, within the range
-- and up to the mark, and one a leaving. A row of staff holds until the employee's next one; who has
-- left is not employed. Microseconds.
WITH
    least({to:Int64}, {known_at:Int64}) AS until_micros,
    told AS
    (
        SELECT
            employee_id,
            unit_path,
            branch,
            department,
            team_id,
            role,
            line,
            toUInt8(state = 'LEFT') AS gone,
            toUnixTimestamp64Micro(hired_at) AS hired,
            toUnixTimestamp64Micro(left_at) AS parted,
            toUnixTimestamp64Micro(valid_from) AS since
        FROM {{staff}}
        WHERE purpose = 'REAL'
        GROUP BY
            employee_id, unit_path, branch, department, team_id, role, line, state, hired_at,
            left_at, valid_from
        HAVING sum(sign) > 0
    ),
    followed AS
    (
        SELECT
            *,
            leadInFrame(since, 1, toInt64(7258118400000000)) OVER later AS next_since,
            leadInFrame(gone, 1, toUInt8(0)) OVER later AS next_gone,
            leadInFrame(parted, 1, toInt64(0)) OVER later AS next_parted
        FROM told
        WINDOW later AS
        (
            PARTITION BY employee_id
            ORDER BY since
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
    ),
    -- A place ends where the next one begins, or when the employee left: by its own left_at, or by
    -- that of a next row which says so later than it was.
    places AS
    (
        SELECT
            *,
            greatest(since, hired) AS begins,
            least(
                next_since,
                if(parted > 0, parted, next_since),
                if(next_gone AND next_parted > 0, next_parted, next_since)) AS ends,
            next_gone OR ends < next_since AS leaves
        FROM followed
        WHERE NOT gone
    ),
    parts AS
    (
        SELECT
            *,
            -- Buckets by number, from 1; the last bound is the end of the last bucket.
            arrayJoin(range(
                transform(roundDown(greatest(begins, {from:Int64}), {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0),
                transform(roundDown(least(ends, until_micros) - 1, {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0) + 1))
                AS number,
            greatest({from:Int64}, {bounds:Array(Int64)}[number]) AS bucket_begins,
            least(until_micros, {bounds:Array(Int64)}[number + 1]) AS bucket_ends,
            greatest(begins, bucket_begins) AS part_begins,
            least(ends, bucket_ends) AS part_ends
        FROM places
        WHERE least(ends, until_micros) > greatest(begins, {from:Int64})
    ),
    facts AS
    (
        SELECT
            unit_path,
            branch,
            department,
            team_id,
            role,
            line,
            part_begins AS at_micros,
            -- Of the bucket, in parts of it, 2^-40 each.
            toInt64(intDiv(toInt128(part_ends - part_begins) * 1099511627776,
                           bucket_ends - bucket_begins)) AS headcount_parts,
            toUInt8(part_ends = bucket_ends AND hired > 0) AS tenure_told,
            intDiv(bucket_ends - hired, 1000000) AS tenure_s,
            toUInt8(0) AS leaving
        FROM parts
        UNION ALL
        SELECT
            unit_path,
            branch,
            department,
            team_id,
            role,
            line,
            ends AS at_micros,
            toInt64(0) AS headcount_parts,
            toUInt8(0) AS tenure_told,
            toInt64(0) AS tenure_s,
            toUInt8(1) AS leaving
        FROM places
        WHERE leaves
          AND ends > begins
          AND ends >= {from:Int64}
          AND ends < until_micros
    )
SELECT
    unit_path,
    branch,
    department,
    team_id,
    role,
    line,
    fromUnixTimestamp64Micro(at_micros, 'UTC') AS begins_at,
    headcount_parts,
    tenure_told,
    tenure_s,
    leaving,
    toInt8(1) AS sign
FROM facts
