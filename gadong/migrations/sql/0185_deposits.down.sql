drop table deposits;
drop function check_deposit();
