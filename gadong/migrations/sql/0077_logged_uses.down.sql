drop table logged_times;
drop table logged_uses;
drop table machine_observations;
drop function claim_logged_time();
drop function check_logged_use();
