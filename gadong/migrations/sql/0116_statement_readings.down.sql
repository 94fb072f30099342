drop table statement_readings;
