drop table commission_assignments;
drop function check_commission_assignment();
