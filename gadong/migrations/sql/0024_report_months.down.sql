drop table report_months;
