-- columns (part) --
e.id, e.centre_id, e.machine_id, e.kind, e.during, e.description, e.action, e.repairer,
    e.cost, e.recorded_by, e.recorded_at, r.recorded_at as taken_back_at,
    coalesce(r.reason, '') as taken_back_reason

-- insert --
-- Insert an entry in the maintenance log.
insert into upkeep_entries (id, centre_id, machine_id, kind, during, description, action, repairer,
    cost, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(kind)s, %(during)s, %(description)s, %(action)s,
    %(repairer)s, %(cost)s, %(recorded_by)s, %(recorded_at)s);

-- take_back --
-- Take an entry back, once, with the reason.
insert into upkeep_reversals (entry_id, centre_id, reason, recorded_by, recorded_at)
values (%(entry_id)s, %(centre_id)s, %(reason)s, %(recorded_by)s, %(recorded_at)s)
on conflict (entry_id) do nothing;

-- entries --
-- Select a centre's entries whose work began in a period, with those that were taken back.
select {columns}
from upkeep_entries e
left join upkeep_reversals r on r.entry_id = e.id
where e.centre_id = %(centre_id)s and e.during && %(period)s
    and lower(e.during) >= lower(%(period)s::tstzrange)
order by lower(e.during), e.recorded_at, e.id;

-- entry --
-- Select an entry.
select {columns}
from upkeep_entries e
left join upkeep_reversals r on r.entry_id = e.id
where e.id = %(id)s;
