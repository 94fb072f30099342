-- insert --
-- A machine's entry as it is from now on; what it was before stays.
insert into register_entries (id, centre_id, machine_id, entry, reason, written_by, recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(entry)s, %(reason)s, %(written_by)s,
    %(recorded_at)s);

-- of_machines --
-- The entry of each of some machines, as known before an instant.
select distinct on (machine_id) machine_id, entry
from register_entries
where machine_id = any(%(machine_ids)s) and recorded_at < %(recorded_before)s
order by machine_id, recorded_at desc, id desc;

-- history --
-- Every state of a machine's entry, the latest first.
select entry, reason, written_by, recorded_at
from register_entries
where machine_id = %(machine_id)s
order by recorded_at desc, id desc;

-- insert_columns --
-- The columns of a centre's own table from now on.
insert into register_columns (id, centre_id, columns, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(columns)s, %(set_by)s, %(recorded_at)s);

-- columns --
-- The columns that a centre set last.
select columns
from register_columns
where centre_id = %(centre_id)s
order by recorded_at desc, id desc
limit 1;
