-- What the quarantine says of ranges of offsets.
SELECT
    src_partition,
    src_offset,
    toUInt64(0) AS retires,
    toUInt32(0) AS row,
    toInt8(1) AS sign,
    toInt64(0) AS cause_number,
    toUnixTimestamp64Milli(recorded_at) AS recorded_ms,
    reason,
    value_bytes
FROM clientele.{table:Identifier}
WHERE src_partition >= {first:UInt16}
  AND src_partition <= {last:UInt16}
  AND src_offset >= {least:UInt64}
  AND src_offset < {most:UInt64}
  AND src_offset >= {from:Array(UInt64)}[src_partition + 1]
  AND src_offset < {to:Array(UInt64)}[src_partition + 1]
ORDER BY src_partition, src_offset
