-- An entry keeps what the offer is to say, how often its offers lapsed, and its turn.
alter table waiting
    add column answers     jsonb not null default '{}',
    add column usage_mode  text,
    add column missed      smallint not null default 0,
    add column turn        timestamptz not null default clock_timestamp(),
    add column rests_until timestamptz;
update waiting set turn = asked_at;
alter table waiting drop constraint waiting_state;
alter table waiting add constraint waiting_state
    check (state in ('waiting', 'offered', 'served', 'passed', 'left', 'over'));
drop index waiting_by_machine;
create index waiting_by_machine on waiting (machine_id, turn, id) where state = 'waiting';
