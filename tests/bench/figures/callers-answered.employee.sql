SELECT
    CAST(employee_id AS String) AS employee,
    uniqExact(customer) AS value,
    count() AS n
FROM yardstick.calls
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND `end` = 'ANSWERED'
  AND customer != toUUID('00000000-0000-0000-0000-000000000000')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
