-- due_machine --
-- One machine whose runs are due, kept from other derivations until this transaction ends. Sorted
-- before the lock is tried, so that no other machine's is taken.
with due as materialized (
    select machine_id, centre_id
    from derivation_marks
    where marked_at <= clock_timestamp()
    order by marked_at
)
select machine_id, centre_id
from due
where pg_try_advisory_xact_lock(hashtextextended('metering ' || machine_id, 0))
limit 1;

-- defer --
-- A machine whose runs could not be derived is tried again later, so that it stands in no other's
-- way.
update derivation_marks
set marked_at = clock_timestamp() + make_interval(secs => %(seconds)s)
where machine_id = %(machine_id)s;

-- take_of --
-- Take the marks of one machine. A mark that ingest keeps stays: its signals cannot be read yet.
with seen as (
    select number, since
    from derivation_marks
    where machine_id = %(machine_id)s
),
free as (
    select number
    from derivation_marks
    where machine_id = %(machine_id)s
    for update skip locked
),
taken as (
    delete from derivation_marks
    where number in (select number from free)
)
select min(since) as since
from seen;
