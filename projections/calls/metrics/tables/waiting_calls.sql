-- One row a queue and stretch of time in which as many calls wait: from one that enters or leaves,
-- or from the begin of a bucket, to the next. A call waits in [queued_at, queued_at + wait_ms), in
-- whole milliseconds. A call that was taken back enters and leaves once more, the other way round.
WITH
    waits AS
    (
        SELECT
            queue_id,
            toInt64(sign) AS calls,
            toUnixTimestamp64Milli(queued_at) AS enters,
            toUnixTimestamp64Milli(queued_at) + wait_ms AS leaves
        FROM {{calls}}
        WHERE purpose = 'REAL'
          AND direction = 'INBOUND'
          AND `end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')
          AND wait_ms >= 0
          -- Who waits longer than a day is not seen any more.
          AND queued_at >= fromUnixTimestamp64Micro({from:Int64} - 86400000000, 'UTC')
          AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
    ),
    moments AS
    (
        SELECT
            queue_id,
            arrayJoin([(greatest(enters, intDiv({from:Int64}, 1000)), calls), (leaves, -calls)])
                AS moment
        FROM waits
        WHERE leaves > intDiv({from:Int64}, 1000)
        UNION ALL
        -- Every bucket begins with those who wait already.
        SELECT
            queue_id,
            (greatest(intDiv(arrayJoin(arrayPopBack({bounds:Array(Int64)})), 1000),
                      intDiv({from:Int64}, 1000)),
             toInt64(0)) AS moment
        FROM (SELECT queue_id FROM waits GROUP BY queue_id HAVING sum(calls) > 0)
    ),
    changes AS
    (
        SELECT queue_id, moment.1 AS begins, sum(moment.2) AS change
        FROM moments
        WHERE moment.1 < intDiv(least({to:Int64}, {known_at:Int64}), 1000)
        GROUP BY queue_id, begins
    )
SELECT queue_id, begins_at, depth, ends - begins AS sign
FROM
(
    SELECT
        queue_id,
        begins,
        fromUnixTimestamp64Milli(begins, 'UTC') AS begins_at,
        sum(change) OVER (PARTITION BY queue_id ORDER BY begins) AS depth,
        leadInFrame(begins, 1, intDiv(least({to:Int64}, {known_at:Int64}), 1000)) OVER (
            PARTITION BY queue_id
            ORDER BY begins
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ends
    FROM changes
)
