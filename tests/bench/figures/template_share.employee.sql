SELECT
    CAST(employee_id AS String) AS employee,
    countIf(reply_kind = 'TEMPLATE') / n AS value,
    count() AS n
FROM yardstick.contacts
WHERE purpose = 'REAL'
  AND kind = 'MESSAGE'
  AND author = 'EMPLOYEE'
  AND occurred_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
HAVING n >= 10
