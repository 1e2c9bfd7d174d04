SELECT *
FROM file({file:String}, 'Parquet')
INTO OUTFILE '/proc/self/fd/1' TRUNCATE
FORMAT CSVWithNames
SETTINGS format_csv_null_representation = '', output_format_csv_crlf_end_of_line = 0, max_threads = 1
