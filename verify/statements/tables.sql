-- The tables that there are, with their columns in order.
SELECT
    table AS name,
    arrayStringConcat(groupArray(concat(column_name, ' ', column_type)), ', ') AS columns
FROM
(
    SELECT
        table,
        name AS column_name,
        type AS column_type
    FROM system.columns
    WHERE database = 'clientele'
    ORDER BY table, position
)
GROUP BY name
ORDER BY name
