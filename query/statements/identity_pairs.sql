-- Pairs of pseudonyms that belong together at one mark: because events named both, or because a link
-- says so, unless one says that they do not. One more than can be held tells that there are too many.
-- In the order of the table, so that it takes no memory to speak of.
SELECT
    low,
    high,
    toUInt8(sumIf(sign, kind = 'ALIAS') > 0) AS by_alias,
    toUInt8(sumIf(sign, kind = 'LINK') > 0) AS by_link
FROM clientele.{table:Identifier}
WHERE tenant = {tenant:String}
  AND src_offset < {next:Array(UInt64)}[src_partition + 1]
  AND purpose = 'REAL'
GROUP BY low, high
HAVING (by_alias OR by_link)
   AND sumIf(sign, kind = 'UNLINK') <= 0
LIMIT {most_pairs:UInt64}
SETTINGS optimize_aggregation_in_order = 1
