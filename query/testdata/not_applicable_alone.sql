-- Figures of one table at one mark, one row a bucket and group that has any row left after taking
-- back. Names and expressions in double braces are the catalogue's; every value is a parameter.
WITH
    (`end` IN ('ANSWERED', 'ABANDONED', 'FLOWED_OUT', 'VOICEMAIL', 'CALLBACK')) AS offered,
    (purpose = 'REAL' AND direction = 'INBOUND') AS real_inbound
SELECT
    CAST(team_id AS String) AS key_0
FROM (
-- What rows leave out, as it was at their moment and as the mark knows it. A row and what takes it
-- back find the same.
SELECT
    * REPLACE (if(team_id = '', looked_up_team_id, team_id) AS team_id)
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
        team_id AS looked_up_team_id
    FROM clientele.{look_up:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND purpose != 'TEST'
    GROUP BY looked_up_by, looked_up_from, looked_up_team_id
    HAVING sum(sign) > 0
) AS looked_up
ON told.employee_id = looked_up.looked_up_by AND told.occurred_at >= looked_up.looked_up_from
)
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND queued_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
  AND queued_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
  AND (real_inbound AND offered)
GROUP BY key_0
HAVING sum(sign) != 0
LIMIT {most_rows:UInt64}
-- from = 1793491200000000
-- look_up = staff_v5
-- most_rows = 10001
-- next = [10,0,30]
-- table = calls_v3
-- tenant = main
-- to = 1793577600000000

-- warning: service_level is not applicable by team: an abandoned call has no team; service_level:over_answered can be asked by team
-- warning: abandon_rate is not applicable by team: an abandoned call has no team
