-- take --
-- One machine whose runs time alone changes by now, kept from other schedulers until this
-- transaction ends.
update live_states l
set due_at = null, due_since = null
from (
    select machine_id, due_since
    from live_states
    where due_at <= clock_timestamp()
    order by due_at
    limit 1
    for update skip locked
) due
where l.machine_id = due.machine_id
returning l.machine_id, l.centre_id, due.due_since as since;

-- take_of --
-- The same for one machine.
update live_states l
set due_at = null, due_since = null
from (
    select machine_id, due_since
    from live_states
    where machine_id = %(machine_id)s and due_at <= clock_timestamp()
    for update
) due
where l.machine_id = due.machine_id
returning due.due_since as since;

-- set_due --
-- When a machine's runs change although nothing more is said, and from when on they do; null where
-- they do not.
update live_states
set due_at = %(due_at)s,
    due_since = case when %(due_at)s::timestamptz is null then null else %(since)s::timestamptz end
where machine_id = %(machine_id)s;

-- is_due --
-- Return a row if the machine's runs are due to be derived, after a message or by time alone.
select machine_id
from metering_marks
where machine_id = %(machine_id)s
union all
select machine_id
from live_states
where machine_id = %(machine_id)s and due_at <= clock_timestamp();
