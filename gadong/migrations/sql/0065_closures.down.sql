drop function closures_known(timestamptz);
drop table closure_changes;
