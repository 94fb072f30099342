-- claim --
-- The slot is ours if nobody had it, or if the one who had it failed or died in the middle.
insert into job_runs (job, slot)
values (%(job)s, %(slot)s)
on conflict (job, slot) do nothing
returning job;

-- retry_claim --
-- A slot that failed may be tried again after a while.
update job_runs
set started_at = clock_timestamp(), outcome = 'running', detail = ''
where job = %(job)s and slot = %(slot)s and outcome = 'failed' and finished_at < now() - interval '1 minute'
returning job;

-- finish --
-- How the slot ended.
update job_runs
set finished_at = clock_timestamp(), outcome = %(outcome)s, detail = %(detail)s
where job = %(job)s and slot = %(slot)s;

-- fail --
-- The work was rolled back with its claim; this remembers that it was tried.
insert into job_runs (job, slot, finished_at, outcome, detail)
values (%(job)s, %(slot)s, clock_timestamp(), 'failed', %(detail)s)
on conflict (job, slot) do update
set finished_at = excluded.finished_at, outcome = 'failed', detail = excluded.detail
where job_runs.outcome <> 'done';

-- last_runs --
-- When each job last ran and how it ended.
select distinct on (job) job, slot, started_at, finished_at, outcome, detail
from job_runs
order by job, slot desc;

-- forget_runs --
-- Retention: the timetable's past is of interest for a while.
delete from job_runs
where slot < now() - interval '14 days' and not starts_with(job, 'statement drafts');

-- add --
-- What is to be told, in the transaction of what it tells of.
insert into outbox (id, centre_id, kind, data)
values (%(id)s, %(centre_id)s, %(kind)s, %(data)s);

-- due --
-- What is to be told now, kept from other schedulers.
select id, centre_id, kind, data, created_at, attempts
from outbox
where sent_at is null and due_at <= now()
order by due_at, id
limit %(most)s
for update skip locked;

-- sent --
-- It was told.
update outbox
set sent_at = now(), attempts = attempts + 1
where id = %(id)s;

-- insert_notice --
-- A person's notice; the outbox row's id keeps it from being written twice.
insert into notices (id, centre_id, company_id, person_id, kind, data)
values (%(id)s, %(centre_id)s, %(company_id)s, %(person_id)s, %(kind)s, %(data)s)
on conflict do nothing;

-- notices --
-- A person's notices, the latest first.
select id, centre_id, kind, data, created_at
from notices
where person_id = %(person_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(most)s;

-- forget_outbox --
-- Retention: what was told a month ago, and notices after a year.
with told as (
    delete from outbox where sent_at < now() - interval '30 days'
)
delete from notices
where created_at < now() - interval '1 year';

-- first_answer --
-- What the same request made the first time.
select digest, made
from repeatable_requests
where person_id = %(person_id)s and key = %(key)s;

-- keep_answer --
-- What was made, in the transaction that made it.
insert into repeatable_requests (person_id, key, digest, made)
values (%(person_id)s, %(key)s, %(digest)s, %(made)s);

-- forget_answers --
-- Retention: a client that repeats does so within a day.
delete from repeatable_requests
where created_at < now() - interval '2 days';

-- drop_old --
-- Retention: raw signals and messages older than their time are dropped a chunk at a time.
select drop_old(%(before)s::timestamptz);

-- migration --
-- The revision the database stands at.
select version_num
from alembic_version;

-- heartbeat --
-- The scheduler shows that it lives, through the job that ran last.
select max(coalesce(finished_at, started_at)) as at
from job_runs;
