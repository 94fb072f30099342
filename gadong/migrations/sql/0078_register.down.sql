drop table register_columns;
drop table register_entries;
