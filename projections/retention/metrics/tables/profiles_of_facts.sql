-- Signed as the facts are: a telling and what takes it back meet the same profile.
SELECT
    fact.customer AS customer,
    fact.occurred_at AS occurred_at,
    fact.purpose AS purpose,
    fact.kind AS kind,
    fact.touchpoint_id AS touchpoint_id,
    fact.order_id AS order_id,
    fact.channel AS channel,
    fact.campaign AS campaign,
    fact.employee_id AS employee_id,
    fact.team_id AS team_id,
    fact.currency AS currency,
    fact.amount_minor AS amount_minor,
    fact.margin_told AS margin_told,
    fact.margin_minor AS margin_minor,
    fact.reason AS reason,
    tupleElement(known.profile, 1) AS segment,
    tupleElement(known.profile, 2) AS tier,
    tupleElement(known.profile, 3) AS manager,
    fact.sign AS sign
FROM
(
    SELECT
        customer, occurred_at, purpose, kind, touchpoint_id, order_id, channel, campaign,
        employee_id, team_id, currency, amount_minor, margin_told, margin_minor, reason, sign
    FROM {{customer_facts}}
    WHERE occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS fact
ASOF LEFT JOIN
(
    -- Of profiles from one moment on, which merged customers may have, the greatest.
    SELECT customer, since, max(told) AS profile
    FROM
    (
        SELECT
            customer,
            valid_from AS since,
            (CAST(segment AS String), CAST(tier AS String), CAST(manager AS String)) AS told
        FROM {{customer_profiles}}
        WHERE purpose = 'REAL'
          AND customer != toUUID('00000000-0000-0000-0000-000000000000')
        GROUP BY customer, since, told
        HAVING sum(sign) > 0
    )
    GROUP BY customer, since
) AS known
ON fact.customer = known.customer AND fact.occurred_at >= known.since
