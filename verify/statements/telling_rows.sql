-- What a projection's table says of ranges of offsets.
SELECT
    *,
    toInt64(CAST(cause, 'Int8')) AS cause_number,
    toUnixTimestamp64Milli(recorded_at) AS recorded_ms
FROM clientele.{table:Identifier}
WHERE src_partition >= {first:UInt16}
  AND src_partition <= {last:UInt16}
  AND src_offset >= {least:UInt64}
  AND src_offset < {most:UInt64}
  AND src_offset >= {from:Array(UInt64)}[src_partition + 1]
  AND src_offset < {to:Array(UInt64)}[src_partition + 1]
ORDER BY src_partition, src_offset, retires, row
