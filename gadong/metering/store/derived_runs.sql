-- find --
-- Select the stored derivation of a stretch of a machine's time.
select recorded_before, since, rest, runs, job_starts
from known_runs
where machine_id = %(machine_id)s and during = %(during)s;

-- keep --
-- Keep a stretch, in the place of what was kept of it.
insert into known_runs (centre_id, machine_id, during, recorded_before, since, rest,
    runs, job_starts)
values (%(centre_id)s, %(machine_id)s, %(during)s, %(recorded_before)s, %(since)s,
    %(rest)s, %(runs)s, %(job_starts)s)
on conflict (machine_id, during) do update
set recorded_before = excluded.recorded_before, since = excluded.since, rest = excluded.rest,
    runs = excluded.runs, job_starts = excluded.job_starts;

-- try_lock --
-- Try the lock on storing this stretch; callers that waited for each other could wait in a circle.
select pg_try_advisory_xact_lock(
    hashtextextended('known ' || %(machine_id)s::text || %(during)s::text, 0)) as is_ours;

-- heard_between --
-- Return true if a signal of before an instant was recorded between two others. The index of
-- recordings is read first: the fence keeps the planner from reading all signals of the machine,
-- chunk by chunk.
select exists (
    select
    from (
        select machine_id
        from signals
        where event_time < %(until)s and recorded_at >= %(first)s and recorded_at < %(last)s
        offset 0
    ) late
    where machine_id = %(machine_id)s
) as is_so;

-- forget --
-- Retention: what outlived the signals it was read from.
delete from known_runs
where upper(during) < %(before)s;
