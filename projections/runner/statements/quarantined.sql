-- What is in quarantine, newest first; of one reason, or of all if it is empty.
SELECT
    src_partition,
    src_offset,
    any(toUnixTimestamp64Milli(recorded_at)) AS recorded_ms,
    any(toString(reason)) AS reason_name,
    any(detail) AS reason_detail,
    any(value_bytes) AS bytes
FROM clientele.quarantine
WHERE {reason:String} = '' OR reason = {reason:String}
GROUP BY src_partition, src_offset
ORDER BY recorded_ms DESC, src_partition, src_offset
LIMIT {limit:UInt64}
