SELECT
    toDate(occurred_at, 'Europe/Moscow') AS day,
    sum(amount_minor) / uniqExactIf(
        if(order_id = '', concat('touchpoint ', touchpoint_id), concat('order ', order_id)),
        kind = 'PURCHASE') AS value,
    count() AS n
FROM yardstick.customer_facts
WHERE purpose = 'REAL'
  AND kind IN ('PURCHASE', 'RETURN')
  AND currency = {currency:String}
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY day
