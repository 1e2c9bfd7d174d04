-- How many edges hold at one of two marks alone: of the edges that were told or taken back between
-- them, which are few where the marks are near.
SELECT count() AS changed
FROM
(
    SELECT low
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {newer:Array(UInt64)}[src_partition + 1]
      AND purpose = 'REAL'
      AND (low, high) IN (
          SELECT low, high
          FROM clientele.{table:Identifier}
          WHERE tenant = {tenant:String}
            AND src_offset >= {older:Array(UInt64)}[src_partition + 1]
            AND src_offset < {newer:Array(UInt64)}[src_partition + 1])
    GROUP BY low, high, kind
    HAVING (sum(sign) > 0) != (sumIf(sign, src_offset < {older:Array(UInt64)}[src_partition + 1]) > 0)
)
