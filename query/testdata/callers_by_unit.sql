-- Distinct values of one table at one mark, one row a bucket and group: of rows that were not taken
-- back. (By bucket that is faster than netting every value of every bucket; and by 0.6 if the index
-- does not look at the set.) Names and expressions in double braces are the catalogue's; every
-- value is a parameter.
WITH
    (`end` = 'ANSWERED') AS answered,
    (customer != toUUID('00000000-0000-0000-0000-000000000000')) AS customer_known,
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
    roundDown(toUnixTimestamp64Micro(queued_at), {buckets:Array(Int64)}) AS bucket,
    CAST(unit_path AS String) AS key_0,
    toInt64(uniqExactIf(customer, answered)) AS value_0,
    sum(sign * (answered)) AS value_1
FROM (
-- What rows leave out, as it was at their moment and as the mark knows it. A row and what takes it
-- back find the same.
SELECT
    * REPLACE (if(team_id = '', looked_up_team_id, team_id) AS team_id),
    looked_up_unit_path AS unit_path
FROM (
    SELECT *
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
) AS told
ASOF LEFT JOIN
(
    SELECT
        employee_id AS looked_up_by,
        valid_from AS looked_up_from,
        unit_path AS looked_up_unit_path,
        team_id AS looked_up_team_id
    FROM clientele.{look_up:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND purpose != 'TEST'
    GROUP BY looked_up_by, looked_up_from, looked_up_unit_path, looked_up_team_id
    HAVING sum(sign) > 0
) AS looked_up
ON told.employee_id = looked_up.looked_up_by AND told.occurred_at >= looked_up.looked_up_from
)
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered AND customer_known)
  AND team_id IN {filter_0:Array(String)}
  AND sign > 0
  AND (src_partition, src_offset) NOT IN (
      SELECT src_partition, toUInt64(retires - 1)
      FROM clientele.{table:Identifier}
      WHERE tenant = {tenant:String}
        AND src_offset < {next:Array(UInt64)}[src_partition + 1]
        AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
        AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
        AND sign < 0)
GROUP BY bucket, key_0
LIMIT {most_rows:UInt64}
SETTINGS use_index_for_in_with_subqueries = 0
-- buckets = [1793491200000000,1793577600000000]
-- filter_0 = ['north']
-- from = 1793491200000000
-- look_up = staff_v5
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1793664000000000

