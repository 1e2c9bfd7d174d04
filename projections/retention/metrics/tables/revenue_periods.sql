-- One row a customer, currency, kind of activity and bucket: of who was active in the whole period
-- before the bucket, with a PURCHASE or a contract in that currency. Amounts of purchases are those of
-- the period, less returns; of contracts what was in force at its end. In the bucket they count within
-- the range and up to the mark. Periods by number: 1 is the one before the first bucket.
WITH
    least({to:Int64}, {known_at:Int64}) AS until_micros,
    -- Microseconds.
    stretches AS
    (
        SELECT
            customer,
            currency,
            kind,
            if(kind = 'CONTRACT', 'CONTRACT', 'TRANSACTION') AS activity,
            if(kind = 'CONTRACT', mrr_minor, amount_minor) AS whole_minor,
            toUnixTimestamp64Micro(if(kind = 'CONTRACT', contract_from, occurred_at)) AS begins,
            multiIf(
                kind != 'CONTRACT', begins + 1,
                contract_to = fromUnixTimestamp64Micro(0, 'UTC'), until_micros,
                least(toUnixTimestamp64Micro(contract_to), until_micros)) AS ends,
            sign
        FROM {{customer_facts}}
        WHERE purpose = 'REAL'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
          AND ((kind IN ('PURCHASE', 'RETURN')
                  AND occurred_at >= fromUnixTimestamp64Micro(
                      {bounds_before:Array(Int64)}[1], 'UTC')
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
                transform(roundDown(greatest(begins, {bounds_before:Array(Int64)}[1]),
                                    {bounds_before:Array(Int64)}),
                          {bounds_before:Array(Int64)},
                          arrayEnumerate({bounds_before:Array(Int64)}), 0),
                transform(roundDown(ends - 1, {bounds_before:Array(Int64)}),
                          {bounds_before:Array(Int64)},
                          arrayEnumerate({bounds_before:Array(Int64)}), 0) + 1)) AS number,
            -- Of a contract in the periods at whose end it is in force.
            if(activity = 'CONTRACT'
                   AND ends < least({bounds_before:Array(Int64)}[number + 1], until_micros),
               0, whole_minor) AS part_minor
        FROM stretches
        WHERE ends > greatest(begins, {bounds_before:Array(Int64)}[1])
    ),
    -- What was taken back leaves nothing.
    periods AS
    (
        SELECT
            customer,
            currency,
            activity,
            number,
            sumIf(sign, kind != 'RETURN') > 0 AS active,
            sum(sign * part_minor) AS period_minor,
            sumIf(sign * part_minor, activity = 'CONTRACT' OR begins >= {from:Int64}) AS range_minor
        FROM numbered
        GROUP BY customer, currency, activity, number
    ),
    -- Each period for itself, and as the one before the next.
    pairs AS
    (
        SELECT
            customer,
            currency,
            activity,
            number + later AS place,
            max(later = 1 AND active) AS active_before,
            sumIf(period_minor, later = 1) AS before_minor,
            sumIf(range_minor, later = 0) AS now_minor
        FROM (SELECT *, arrayJoin([0, 1]) AS later FROM periods)
        WHERE number + later BETWEEN 2 AND length({bounds_before:Array(Int64)}) - 1
        GROUP BY customer, currency, activity, place
        HAVING active_before
    ),
    placed AS
    (
        SELECT
            *,
            greatest({bounds_before:Array(Int64)}[place], {from:Int64}) AS begins_micros,
            {bounds_before:Array(Int64)}[place] AS profile_micros
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
    currency,
    activity,
    fromUnixTimestamp64Micro(begins_micros, 'UTC') AS begins_at,
    before_minor,
    now_minor,
    tupleElement(profile, 1) AS segment,
    tupleElement(profile, 2) AS tier,
    tupleElement(profile, 3) AS manager,
    toInt8(1) AS sign
FROM placed
ASOF LEFT JOIN profiles
    ON placed.customer = profiles.customer AND placed.profile_micros > profiles.since
WHERE begins_micros < until_micros
