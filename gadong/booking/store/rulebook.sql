-- insert --
-- A parameter's value from an instant on.
insert into policy_settings (id, centre_id, kind, machine_id, tier, parameter, value,
    effective_from, set_by, reason)
values (%(id)s, %(centre_id)s, %(kind)s, %(machine_id)s, %(tier)s, %(parameter)s, %(value)s,
    %(effective_from)s, %(set_by)s, %(reason)s)
returning recorded_at;

-- settings --
-- Select the settings of some centres and of the installation, as known before an instant.
select parameter, value, centre_id, kind, machine_id, tier, effective_from, recorded_at, reason
from policy_settings
where (centre_id is null or centre_id = any(%(centre_ids)s))
  and recorded_at < %(recorded_before)s;

-- stop --
-- A person or a company books nothing until an instant; one that has passed lifts the stop.
insert into stops (id, centre_id, company_id, person_id, until, reason, set_by)
values (%(id)s, %(centre_id)s, %(company_id)s, %(person_id)s, %(until)s, %(reason)s, %(set_by)s);

-- stops --
-- The last word on each of some companies and people.
select distinct on (company_id, person_id) coalesce(company_id, person_id) as who, until
from stops
where centre_id = %(centre_id)s
  and (company_id = any(%(company_ids)s) or person_id = any(%(person_ids)s))
order by company_id, person_id, recorded_at desc;

-- lock_kind --
-- Requests for a kind of machine whose quotas count the kind pass one after the other.
select pg_advisory_xact_lock(hashtextextended('quota ' || %(centre_id)s::text || %(kind)s, 0));
