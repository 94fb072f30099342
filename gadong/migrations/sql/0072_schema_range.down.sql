drop table schema_range;
