-- The same bands for these versions of scorecards. They come from no event: they stand at the begin
-- of a partition that the mark has something of.
INSERT INTO clientele.{{table}}
    (tenant, src_partition, src_offset, retires, row, sign, cause, purpose, scorecard_id,
     scorecard_version, band, score_from, score_to)
SELECT
    {tenant:String},
    {partition:UInt16},
    0,
    0,
    told.1,
    1,
    'told',
    'REAL',
    card.1,
    card.2,
    told.2,
    told.3,
    told.4
FROM
(
    SELECT
        arrayJoin(arrayZip({cards:Array(String)}, {versions:Array(UInt32)})) AS card,
        arrayJoin(arrayZip(arrayEnumerate({bands:Array(String)}), {bands:Array(String)},
                           {score_from:Array(Float64)}, {score_to:Array(Float64)})) AS told
)
