-- put --
-- Store a check's result; its beginning stays while its level does.
insert into check_states (name, centre_id, level, figures, since, seen_at)
values (%(name)s, %(centre_id)s, %(level)s, %(figures)s, %(now)s, %(now)s)
on conflict (name, centre_id) do update
set level = excluded.level, figures = excluded.figures, seen_at = excluded.seen_at,
    since = case
        when check_states.level = excluded.level then check_states.since
        else excluded.since
    end;

-- forget --
-- Delete results that nobody looks for any more, such as a certificate that is not watched now.
delete from check_states
where seen_at < %(before)s;

-- states --
-- Select every check's last result.
select name, centre_id, level, figures, since, seen_at
from check_states
order by name, centre_id;

-- installed_at --
-- Select the instant from which the first backup's age counts.
select min(created_at) as at
from centres;

-- dropped --
-- Select what the broker dropped, as the sessions of all centres count it.
select coalesce(max(dropped), 0) as dropped, max(dropped_at) as dropped_at
from listening;

-- gaps --
-- Count by centre the senders with missing numbers.
select centre_id, count(*) as gaps
from sequence_positions
where gap_since < %(before)s and gap_since > %(since)s and upto < highest
group by centre_id;

-- quarantined --
-- Count by centre the causes of what was set aside since an instant.
select centre_id, count(*) as causes
from quarantine
where last_at > %(since)s
group by centre_id;

-- waiting_machines --
-- Count the machines that wait to be derived; one whose derivation failed waits since it was
-- marked.
select count(distinct machine_id) as waiting, min(least(marked_at, clock_timestamp())) as oldest,
    count(distinct machine_id) filter (where marked_at > clock_timestamp()) as deferred
from derivation_marks;

-- mails --
-- Count the mails that wait, with the longest wait, and those that were given up within a day.
select count(*) filter (where state = 'due' and created_at > %(kept_since)s) as waiting,
    min(created_at) filter (where state = 'due' and created_at > %(kept_since)s) as oldest,
    count(*) filter (
        where (state = 'failed' or created_at <= %(kept_since)s) and due_at > %(since)s
    ) as failed
from deliveries
where channel = 'mail' and state <> 'sent';

-- failed_jobs --
-- Select the jobs whose last slot failed.
select job
from (
    select distinct on (job) job, outcome
    from job_runs
    order by job, slot desc
) as last
where outcome = 'failed';

-- statements --
-- Count the statements by their state.
select state, count(*) as statements
from statements
group by state;

-- insert_backup --
-- Record a backup that ended, or the trial of one.
insert into backups (kind, started_at, outcome, detail)
values (%(kind)s, %(started_at)s, %(outcome)s, %(detail)s);

-- is_recovering --
-- Select whether the cluster still reads the log after its backup, and can only be read.
select pg_is_in_recovery() as is_recovering;

-- last_backups --
-- Select when the last backup and the last trial of one succeeded.
select kind, max(finished_at) as at
from backups
where outcome = 'done'
group by kind;

-- last_backup_began --
-- Select when the last backup that succeeded was begun.
select max(started_at) as at
from backups
where kind = 'backup' and outcome = 'done';

-- forget_backups --
-- Retention: a year of backups.
delete from backups
where finished_at < now() - interval '1 year';
