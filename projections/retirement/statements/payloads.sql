-- The bytes of tellings, by (partition, offset): reads by the primary key of `events`.
SELECT
    toUInt64(src_partition) AS partition,
    src_offset,
    payload
FROM {database:Identifier}.{table:Identifier}
WHERE (src_partition, src_offset) IN {places:Array(Tuple(UInt16, UInt64))}
