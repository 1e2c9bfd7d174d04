SELECT CAST(employee_id AS String) AS employee, count() AS value
FROM yardstick.call_legs
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND answered_at > toDateTime64(0, 6, 'UTC')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
