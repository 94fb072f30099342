drop table tenancy_ends, tenancies, units;
drop function tenancy_begins();
drop function keep_tenancy();
drop function end_tenancy();
