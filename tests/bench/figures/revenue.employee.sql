SELECT
    CAST(employee_id AS String) AS employee,
    sum(amount_minor) AS value,
    count() AS n
FROM yardstick.customer_facts
WHERE purpose = 'REAL'
  AND kind IN ('PURCHASE', 'RETURN')
  AND currency = {currency:String}
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
