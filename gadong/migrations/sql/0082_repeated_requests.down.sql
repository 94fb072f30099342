delete from repeatable_requests where made is null;
alter table repeatable_requests drop column answer, alter column made set not null;
