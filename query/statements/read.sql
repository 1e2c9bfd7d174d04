(
    SELECT {{columns}}
    FROM clientele.{table_{{index}}:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
)
