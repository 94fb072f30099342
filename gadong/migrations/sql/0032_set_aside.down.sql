drop function trusted_signals(timestamptz);
drop table set_aside;
