-- One row a customer, currency and bucket: of who is active in the bucket, within the range and up to
-- the mark, and at risk at its end. Microseconds. A risk holds at the moments after `begins` up to
-- `ends`, that included.
WITH
    least({to:Int64}, {known_at:Int64}) AS until_micros,
    toInt64(365 * 86400000000) AS year_micros,
    -- Purchases and returns are a moment, contracts the time in which they are in force.
    facts AS
    (
        SELECT
            customer,
            currency,
            kind,
            margin_told AS whole_told,
            margin_minor AS whole_minor,
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
                  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64} - year_micros, 'UTC')
                  AND occurred_at < fromUnixTimestamp64Micro(until_micros, 'UTC'))
              OR (kind = 'CONTRACT'
                  AND contract_from < fromUnixTimestamp64Micro(until_micros, 'UTC')
                  -- Whose begin is not told.
                  AND contract_from > fromUnixTimestamp64Micro(0, 'UTC')))
    ),
    -- Buckets by number, from 1; the last bound is the end of the last bucket.
    activities AS
    (
        SELECT
            customer AS person,
            sign,
            arrayJoin(range(
                transform(roundDown(greatest(begins, {from:Int64}), {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0),
                transform(roundDown(ends - 1, {bounds:Array(Int64)}),
                          {bounds:Array(Int64)}, arrayEnumerate({bounds:Array(Int64)}), 0) + 1))
                AS number
        FROM facts
        WHERE kind != 'RETURN'
          AND ends > greatest(begins, {from:Int64})
    ),
    active AS
    (
        SELECT
            person,
            number,
            greatest({from:Int64}, {bounds:Array(Int64)}[number]) AS bucket_begins,
            least(until_micros, {bounds:Array(Int64)}[number + 1]) AS bucket_ends
        FROM activities
        GROUP BY person, number
        HAVING sum(sign) > 0
    ),
    margins AS
    (
        SELECT
            person,
            number,
            currency,
            sumIf(sign, whole_told AND kind != 'CONTRACT') > 0 AS margin_told,
            sumIf(sign * whole_minor, whole_told AND kind != 'CONTRACT') AS margin_minor
        FROM active
        INNER JOIN facts ON active.person = facts.customer
        WHERE begins < bucket_ends
          AND if(kind = 'CONTRACT', ends > bucket_begins, begins >= bucket_ends - year_micros)
        GROUP BY person, number, currency
        HAVING sum(sign) > 0
    ),
    -- An answer holds until the next one, for a year at most.
    answers AS
    (
        SELECT
            customer,
            rated,
            toUnixTimestamp64Micro(completed_at) AS begins,
            leadInFrame(begins, 1, toInt64(7258118400000000)) OVER
            (
                PARTITION BY customer
                ORDER BY completed_at, response_id, question_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS next_begins
        FROM
        (
            SELECT customer, completed_at, response_id, question_id, rated
            FROM {{survey_questions}}
            WHERE purpose = 'REAL'
              AND scale = 'NPS_11'
              AND answered
              AND completed_at >= fromUnixTimestamp64Micro({from:Int64} - year_micros, 'UTC')
              AND completed_at < fromUnixTimestamp64Micro(until_micros, 'UTC')
            GROUP BY customer, completed_at, response_id, question_id, rated
            HAVING sum(sign) > 0
        )
    ),
    tickets AS
    (
        SELECT customer, case_id, due_at, closed_at
        FROM {{cases}}
        WHERE purpose = 'REAL'
        GROUP BY customer, case_id, due_at, closed_at
        HAVING sum(sign) > 0
    ),
    -- Open as long as its case is; without one for a year, unless it was settled at once.
    complaints AS
    (
        SELECT
            made.customer AS customer,
            made.begins AS begins,
            multiIf(
                ticket.known = 1, toUnixTimestamp64Micro(ticket.closed_at) - 1,
                made.settled, made.begins,
                made.begins + year_micros) AS ends
        FROM
        (
            SELECT
                customer,
                case_id,
                resolved = 'YES' AS settled,
                toUnixTimestamp64Micro(occurred_at) AS begins
            FROM {{contacts}}
            WHERE purpose = 'REAL'
              AND kind = 'COMPLAINT'
              AND occurred_at < fromUnixTimestamp64Micro(until_micros, 'UTC')
            GROUP BY customer, contact_id, case_id, resolved, occurred_at
            HAVING sum(sign) > 0
        ) AS made
        LEFT JOIN
        (
            SELECT case_id, closed_at, toUInt8(1) AS known
            FROM tickets
        ) AS ticket
        ON made.case_id = ticket.case_id
    ),
    missed AS
    (
        SELECT customer, due_at
        FROM tickets
        WHERE closed_at > due_at
        UNION ALL
        SELECT customer, due_at
        FROM {{promises}}
        WHERE purpose = 'REAL'
          AND fulfilled_at > due_at
        GROUP BY customer, promise_kind, promise_id, fulfilled_at, due_at
        HAVING sum(sign) > 0
    ),
    risks AS
    (
        SELECT
            customer,
            1 AS risk,
            begins,
            least(next_begins, begins + year_micros) AS ends
        FROM answers
        WHERE rated < 7
        UNION ALL
        SELECT customer, 2 AS risk, begins, ends
        FROM complaints
        UNION ALL
        SELECT
            customer,
            3 AS risk,
            toUnixTimestamp64Micro(due_at) AS begins,
            begins + year_micros AS ends
        FROM missed
        WHERE due_at > fromUnixTimestamp64Micro(0, 'UTC')
    ),
    exposed AS
    (
        SELECT
            person,
            number,
            countIf(risk = 1) > 0 AS detractor,
            countIf(risk = 2) > 0 AS open_complaint,
            countIf(risk = 3) > 0 AS missed_due
        FROM active
        INNER JOIN risks ON active.person = risks.customer
        WHERE begins < bucket_ends
          AND ends >= bucket_ends
        GROUP BY person, number
    ),
    placed AS
    (
        SELECT
            margins.person AS person,
            margins.currency AS currency,
            margins.margin_told AS margin_told,
            margins.margin_minor AS margin_minor,
            exposed.detractor AS detractor,
            exposed.open_complaint AS open_complaint,
            exposed.missed_due AS missed_due,
            greatest({from:Int64}, {bounds:Array(Int64)}[margins.number]) AS bucket_begins,
            least(until_micros, {bounds:Array(Int64)}[margins.number + 1]) AS bucket_ends
        FROM margins
        INNER JOIN exposed ON margins.person = exposed.person AND margins.number = exposed.number
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
    placed.person AS customer,
    currency,
    fromUnixTimestamp64Micro(bucket_begins, 'UTC') AS begins_at,
    margin_told,
    margin_minor,
    detractor,
    open_complaint,
    missed_due,
    tupleElement(profile, 1) AS segment,
    tupleElement(profile, 2) AS tier,
    tupleElement(profile, 3) AS manager,
    toInt8(1) AS sign
FROM placed
ASOF LEFT JOIN profiles
    ON placed.person = profiles.customer AND placed.bucket_ends > profiles.since
