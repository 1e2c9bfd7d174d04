-- What figures are and would have been, one row a figure. nan: there is no value, and the column
-- that ends in _empty says why.
CREATE TABLE clientele.{{table}}
(
    metric LowCardinality(String),
    variant LowCardinality(String),
    unit LowCardinality(String),
    -- Begin of the bucket, and the same in the zone that was asked in.
    bucket_start DateTime64(6, 'UTC'),
    bucket String,
    partial UInt8,
    -- Names of dimensions, and the group's values of them.
    dimensions Array(String),
    dimension_values Array(String),
    as_it_is Float64,
    as_it_is_n Int64,
    as_it_is_empty LowCardinality(String),
    as_if Float64,
    as_if_n Int64,
    as_if_empty LowCardinality(String),
    -- as_if less as_it_is.
    change Float64,
    mark UInt64
)
ENGINE = MergeTree
ORDER BY (metric, variant, bucket_start, dimension_values)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 0
