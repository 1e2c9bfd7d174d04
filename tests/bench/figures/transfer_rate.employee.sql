SELECT
    CAST(employee_id AS String) AS employee,
    countIf(transfer IN ('BLIND', 'CONSULT')) / n AS value,
    count() AS n
FROM yardstick.call_legs
WHERE purpose = 'REAL'
  AND direction = 'INBOUND'
  AND answered_at > toDateTime64(0, 6, 'UTC')
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
GROUP BY employee
HAVING n >= 10
