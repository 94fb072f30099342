drop table monthly_applications;
drop function monthly_applications_keep();
drop table application_seeds;
drop function application_seeds_keep();
drop table application_rounds;
drop function application_rounds_keep();
