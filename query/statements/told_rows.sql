(
    SELECT *
    FROM {{table}}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND {{time}} >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
      AND {{time}} < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
)
