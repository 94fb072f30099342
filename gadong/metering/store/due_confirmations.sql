-- due_machine --
-- One machine whose runs time alone changes by now, kept from other derivations until this
-- transaction ends. Its row is not locked: ingest writes what the machine says into it.
with due as materialized (
    select machine_id, centre_id
    from live_states
    where due_at <= clock_timestamp()
    order by due_at
)
select machine_id, centre_id
from due
where pg_try_advisory_xact_lock(hashtextextended('metering ' || machine_id, 0))
limit 1;

-- due_since --
-- The instant from which time alone changes a machine's runs by now.
select due_since
from live_states
where machine_id = %(machine_id)s and due_at <= clock_timestamp();

-- defer --
-- What could not be derived is tried again later.
update live_states
set due_at = clock_timestamp() + make_interval(secs => %(seconds)s)
where machine_id = %(machine_id)s and due_at <= clock_timestamp();

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
from derivation_marks
where machine_id = %(machine_id)s
union all
select machine_id
from live_states
where machine_id = %(machine_id)s and due_at <= clock_timestamp();

-- due_among --
-- Those of some machines whose runs are due to be derived, after a message or by time alone.
select machine_id
from derivation_marks
where machine_id = any(%(machine_ids)s)
union
select machine_id
from live_states
where machine_id = any(%(machine_ids)s) and due_at <= clock_timestamp();
