update runs set doubt_cause = 'late' where doubt_cause = 'unbound';
alter table runs drop constraint runs_doubt_cause;
alter table runs add constraint runs_doubt_cause check (doubt_cause in ('late', 'counter'));
drop table source_beginnings;
