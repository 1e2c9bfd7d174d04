-- What rows leave out, as it was at their moment and as the mark knows it. A row and what takes it
-- back find the same.
SELECT
    *{{replaced}}{{added}}
FROM {{told}} AS told
ASOF LEFT JOIN
(
    SELECT
        {{by}} AS looked_up_by,
        valid_from AS looked_up_from{{columns}}
    FROM clientele.{look_up:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND purpose != 'TEST'
    GROUP BY looked_up_by, looked_up_from{{names}}
    HAVING sum(sign) > 0
) AS looked_up
ON told.{{by}} = looked_up.looked_up_by AND told.{{at}} >= looked_up.looked_up_from
