drop table company_columns;
