SELECT
    opened_at,
    type,
    priority,
    topic,
    state,
    root_cause,
    fault_side,
    owner,
    team,
    currency,
    compensation_minor,
    sign
FROM {{cases}}
WHERE purpose = 'REAL'
  AND compensation_told
  AND opened_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND opened_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
