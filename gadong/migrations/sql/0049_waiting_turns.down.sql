drop index waiting_by_machine;
create index waiting_by_machine on waiting (machine_id, id) where state = 'waiting';
update waiting set state = 'left' where state = 'over';
alter table waiting drop constraint waiting_state;
alter table waiting add constraint waiting_state
    check (state in ('waiting', 'offered', 'served', 'passed', 'left'));
alter table waiting
    drop column answers,
    drop column usage_mode,
    drop column missed,
    drop column turn,
    drop column rests_until;
