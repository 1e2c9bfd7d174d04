-- The bytes of tellings, by their offsets in one partition: reads by the primary key of `events`.
SELECT
    src_offset,
    payload
FROM {database:Identifier}.{table:Identifier}
WHERE src_partition = {partition:UInt16}
  AND src_offset IN {places:Array(UInt64)}
