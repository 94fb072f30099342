drop table statement_remarks;
drop table payments;
alter table statements drop column due_on;
