-- Machines that are waited for together: an entry's further machines, all or none.
alter table waiting add column also uuid[] not null default '{}';
-- Ten machines at most, each once; a list of ten is no work to look through.
alter table waiting add constraint waiting_also check (
    cardinality(also) <= 9 and not machine_id = any (also) and array_position(also, null) is null
);
create index waiting_by_also on waiting using gin (also) where state = 'waiting';
