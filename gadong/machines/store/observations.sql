-- insert --
-- A machine is observed so from an instant on.
insert into machine_observations (id, centre_id, machine_id, since, observed, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(since)s, %(observed)s, %(set_by)s,
    %(recorded_at)s);

-- of_machines --
-- How some machines are observed, from each instant on, as known before another. The last word on
-- an instant counts.
select distinct on (machine_id, since) machine_id, since, observed
from machine_observations
where machine_id = any(%(machine_ids)s) and recorded_at < %(recorded_before)s
order by machine_id, since, recorded_at desc, id desc;
