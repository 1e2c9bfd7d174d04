-- Tenants with so many edges at one mark, taken back or not: with fewer no pseudonym is held apart
-- and no customer has many.
SELECT CAST(tenant AS String) AS name
FROM clientele.{table:Identifier}
WHERE src_offset < {next:Array(UInt64)}[src_partition + 1]
GROUP BY tenant
HAVING count() >= {least_rows:UInt64}
ORDER BY name
