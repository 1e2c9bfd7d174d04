-- Every visit has the sign of its row; supervisors are netted first.
SELECT
    visit.customer AS customer,
    visit.occurred_at AS occurred_at,
    visit.shop AS shop,
    visit.minutes AS minutes,
    visit.paid_minor AS paid_minor,
    visit.answer AS answer,
    visit.sign AS sign,
    supervisor.supervisor AS supervisor
FROM {{visits}} AS visit
ASOF LEFT JOIN
(
    SELECT shop, supervisor, valid_from
    FROM {{supervisors}}
    GROUP BY shop, supervisor, valid_from
    HAVING sum(sign) > 0
) AS supervisor ON supervisor.shop = visit.shop AND supervisor.valid_from <= visit.occurred_at
WHERE visit.occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND visit.occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') -- no window
