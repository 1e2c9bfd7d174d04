-- One row a customer, kind of activity and bucket: of who was active in the bucket, within the range
-- and up to the mark, or in the whole period before it. Activity is a stretch of time: of a purchase
-- one microsecond, of a contract that in which it is in force. Periods by number: 1 is the one before
-- the first bucket, 0 all time before that.
WITH
    least({to:Int64}, {known_at:Int64}) AS until_micros,
    -- Microseconds.
    stretches AS
    (
        SELECT
            customer,
            if(kind = 'CONTRACT', 'CONTRACT', 'TRANSACTION') AS activity,
            if(order_id = '', concat('touchpoint ', touchpoint_id), concat('order ', order_id))
                AS order_name,
            toUnixTimestamp64Micro(if(kind = 'CONTRACT', contract_from, occurred_at)) AS begins,
            multiIf(
                kind != 'CONTRACT', begins + 1,
                contract_to = fromUnixTimestamp64Micro(0, 'UTC'), until_micros,
                least(toUnixTimestamp64Micro(contract_to), until_micros)) AS ends,
            sign
        FROM {{customer_facts}}
        WHERE purpose = 'REAL'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
          AND ((kind = 'PURCHASE'
                  AND occurred_at < fromUnixTimestamp64Micro(until_micros, 'UTC'))
              OR (kind = 'CONTRACT'
                  AND contract_from < fromUnixTimestamp64Micro(until_micros, 'UTC')
                  -- Whose begin is not told.
                  AND contract_from > fromUnixTimestamp64Micro(0, 'UTC')))
    ),
    numbered AS
    (
        SELECT
            *,
            arrayJoin(range(
                if(begins < {bounds_before:Array(Int64)}[1], 0,
                   transform(roundDown(begins, {bounds_before:Array(Int64)}),
                             {bounds_before:Array(Int64)},
                             arrayEnumerate({bounds_before:Array(Int64)}), 0)),
                if(ends <= {bounds_before:Array(Int64)}[1], 0,
                   transform(roundDown(ends - 1, {bounds_before:Array(Int64)}),
                             {bounds_before:Array(Int64)},
                             arrayEnumerate({bounds_before:Array(Int64)}), 0)) + 1)) AS number
        FROM stretches
        WHERE ends > begins
    ),
    -- What was taken back leaves nothing. Before all periods it only matters whether there is any.
    orders AS
    (
        SELECT
            customer,
            activity,
            number,
            if(number = 0, '', order_name) AS name,
            sumIf(sign, ends > {from:Int64}) > 0 AS in_range,
            sumIf(sign, begins < {from:Int64}) > 0 AS before_range
        FROM numbered
        GROUP BY customer, activity, number, name
        HAVING sum(sign) > 0
    ),
    periods AS
    (
        SELECT
            customer,
            activity,
            number,
            sum(in_range) AS orders_in_range,
            max(before_range) AS begun_before_range
        FROM orders
        GROUP BY customer, activity, number
    ),
    histories AS
    (
        SELECT *, min(number) OVER (PARTITION BY customer, activity) AS first_number
        FROM periods
    ),
    -- Each period for itself, and as the one before the next.
    pairs AS
    (
        SELECT
            customer,
            activity,
            number + later AS place,
            max(later = 0 AND orders_in_range > 0) AS active,
            max(later = 1) AS active_before,
            max(later = 0 AND orders_in_range > 0 AND number = first_number
                AND NOT begun_before_range) AS first_time,
            sumIf(orders_in_range, later = 0) AS purchases
        FROM (SELECT *, arrayJoin([0, 1]) AS later FROM histories)
        WHERE number + later BETWEEN 2 AND length({bounds_before:Array(Int64)}) - 1
        GROUP BY customer, activity, place
        HAVING active OR active_before
    ),
    placed AS
    (
        SELECT
            *,
            greatest({bounds_before:Array(Int64)}[place], {from:Int64}) AS begins_micros,
            if(active_before,
               {bounds_before:Array(Int64)}[place],
               least({bounds_before:Array(Int64)}[place + 1], until_micros)) AS profile_micros
        FROM pairs
    ),
    -- Of profiles from one moment on, which merged customers may have, the greatest.
    profiles AS
    (
        SELECT customer, since, max(told) AS profile
        FROM
        (
            SELECT
                customer,
                toUnixTimestamp64Micro(valid_from) AS since,
                (CAST(segment AS String), CAST(tier AS String), CAST(manager AS String)) AS told
            FROM {{customer_profiles}}
            WHERE purpose = 'REAL'
            GROUP BY customer, since, told
            HAVING sum(sign) > 0
        )
        GROUP BY customer, since
    )
SELECT
    placed.customer AS customer,
    activity,
    fromUnixTimestamp64Micro(begins_micros, 'UTC') AS begins_at,
    active,
    active_before,
    first_time,
    purchases,
    tupleElement(profile, 1) AS segment,
    tupleElement(profile, 2) AS tier,
    tupleElement(profile, 3) AS manager,
    toInt8(1) AS sign
FROM placed
ASOF LEFT JOIN profiles
    ON placed.customer = profiles.customer AND placed.profile_micros > profiles.since
WHERE begins_micros < until_micros
