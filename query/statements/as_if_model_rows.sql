-- A tenant's rows of journey models at a mark, where of a chosen one its chosen version alone is
-- there, valid from when the first version of the model is: with the lineage of what tells it. The
-- others as they are.
INSERT INTO clientele.{{table}}
SELECT * REPLACE (
    if(has({chosen:Array(String)}, CAST(model_id AS String)),
       fromUnixTimestamp64Micro(
           {begins:Array(Int64)}[indexOf({chosen:Array(String)}, CAST(model_id AS String))],
           'UTC'),
       valid_from) AS valid_from)
FROM
(
    SELECT *
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND (NOT has({chosen:Array(String)}, CAST(model_id AS String))
           OR model_version = {version:UInt32})
)
