drop table entries;
drop table company_extras;
drop table holidays;
