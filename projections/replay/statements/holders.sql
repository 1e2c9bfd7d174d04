-- Who has said within the last moments that it replays a projection, the earliest first.
SELECT
    holder,
    argMax(host, seen_at) AS latest_host,
    argMax(process_id, seen_at) AS latest_process_id,
    toInt64(toUnixTimestamp64Micro(argMax(since, seen_at))) AS since_micros,
    toInt64(dateDiff('millisecond', max(seen_at), now64(6))) AS silent_ms
FROM clientele.replay_holders
WHERE projection = {projection:String}
GROUP BY holder
HAVING argMax(ended, seen_at) = 0 AND silent_ms < {most_silent_ms:Int64}
ORDER BY since_micros, holder
