SELECT current_catalog() IS NOT NULL, current_database(), current_schema(), current_user() IS NOT NULL, user() IS NOT NULL, session_user() IS NOT NULL, version() IS NOT NULL, input_file_name(), current_timezone()
SELECT monotonically_increasing_id() FROM VALUES (1), (2), (3) AS t(a)
SELECT typeof(current_catalog()), typeof(monotonically_increasing_id()), typeof(uuid()), typeof(rand()), typeof(hash(1)), typeof(input_file_name())
SELECT spark_partition_id(), input_file_block_start(), input_file_block_length()
