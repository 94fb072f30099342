drop policy programs on credentials;
alter table people drop constraint people_program;
alter table people drop column is_program;
