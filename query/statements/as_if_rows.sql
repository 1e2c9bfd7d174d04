-- A tenant's rows of scorecards at a mark, where of a chosen one its chosen version stands for every
-- version that evaluations name: with the lineage of what tells it, so that a mark sees of it what
-- it knows. The others as they are, without those that have other rows here.
INSERT INTO clientele.{{table}}
SELECT * REPLACE (
    arrayJoin(
        if(has({chosen:Array(String)}, CAST(scorecard_id AS String)),
           arrayFilter((number, card) -> card = CAST(scorecard_id AS String),
                       {named_versions:Array(UInt32)}, {named_cards:Array(String)}),
           [scorecard_version])) AS scorecard_version)
FROM
(
    SELECT *
    FROM clientele.{table:Identifier}
    WHERE tenant = {tenant:String}
      AND src_offset < {next:Array(UInt64)}[src_partition + 1]
      AND (NOT has({chosen:Array(String)}, CAST(scorecard_id AS String))
           OR scorecard_version = {version:UInt32})
      AND NOT has({without:Array(String)}, CAST(scorecard_id AS String))
)
