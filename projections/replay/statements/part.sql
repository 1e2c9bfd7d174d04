-- Whether a row is of the part of the log that a replay builds: the condition of other statements.
-- Where it asks for a kind, they read one partition.
recorded_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND recorded_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
AND ({tenant:String} = '' OR tenant = {tenant:String})
AND ({purpose:Int8} = 0 OR toInt8(purpose) = {purpose:Int8})
AND ({kind:UInt16} = 0 OR src_offset IN (
    SELECT src_offset
    FROM clientele.{events:Identifier}
    WHERE {kind:UInt16} != 0
      AND src_partition = {first_partition:UInt16}
      AND src_offset >= {from:UInt64}
      AND src_offset < {to:UInt64}
      AND entity_kind = {kind:UInt16}))
