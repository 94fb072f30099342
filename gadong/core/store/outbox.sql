-- claim --
-- Claim a slot that no other has claimed. The row of a failed or dead transaction is rolled back.
insert into job_runs (job, slot)
values (%(job)s, %(slot)s)
on conflict (job, slot) do nothing
returning job;

-- retry_claim --
-- Claim a slot again one minute after it failed.
update job_runs
set started_at = clock_timestamp(), outcome = 'running', detail = ''
where job = %(job)s and slot = %(slot)s and outcome = 'failed'
    and finished_at < now() - interval '1 minute'
returning job;

-- done --
-- Select those of some slots whose work is done.
select r.job, r.slot
from unnest(%(jobs)s::text[], %(slots)s::timestamptz[]) as due(job, slot)
join job_runs r on r.job = due.job and r.slot = due.slot
where r.outcome = 'done';

-- finish --
-- Record the result of the slot.
update job_runs
set finished_at = clock_timestamp(), outcome = %(outcome)s, detail = %(detail)s
where job = %(job)s and slot = %(slot)s;

-- fail --
-- Record a failed attempt, whose work and claim were rolled back.
insert into job_runs (job, slot, finished_at, outcome, detail)
values (%(job)s, %(slot)s, clock_timestamp(), 'failed', %(detail)s)
on conflict (job, slot) do update
set finished_at = excluded.finished_at, outcome = 'failed', detail = excluded.detail
where job_runs.outcome <> 'done';

-- last_runs --
-- Select each job's last slot and its result.
select distinct on (job) job, slot, started_at, finished_at, outcome, detail
from job_runs
order by job, slot desc;

-- forget_runs --
-- Retention: slots of jobs after two weeks, except those of statement drafts.
delete from job_runs
where slot < now() - interval '14 days' and not starts_with(job, 'statement drafts');

-- add --
-- Insert an event in the transaction of the change that it reports.
insert into outbox (id, centre_id, kind, data)
values (%(id)s, %(centre_id)s, %(kind)s, %(data)s);

-- due --
-- Select due events, locked from other schedulers.
select id, centre_id, kind, data, created_at, attempts
from outbox
where sent_at is null and due_at <= now()
order by due_at, id
limit %(most)s
for update skip locked;

-- sent --
-- Record that an event was published.
update outbox
set sent_at = now(), attempts = attempts + 1
where id = %(id)s;

-- insert_notice --
-- Insert a person's notice; its id keeps it from being inserted twice.
insert into notices (id, centre_id, company_id, person_id, kind, data)
values (%(id)s, %(centre_id)s, %(company_id)s, %(person_id)s, %(kind)s, %(data)s)
on conflict do nothing;

-- notices --
-- Select a page of a person's notices, the latest first.
select id, centre_id, kind, data, created_at
from notices
where person_id = %(person_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(most)s;

-- newer_notices --
-- Count which of a person's latest notices came after an instant. No index finds older ones.
select count(*) as n
from (
    select created_at
    from notices
    where person_id = %(person_id)s
    order by id desc
    limit %(most)s
) latest
where %(since)s::timestamptz is null or created_at > %(since)s;

-- forget_outbox --
-- Retention: published events after a month, and notices after a year.
with told as (
    delete from outbox where sent_at < now() - interval '30 days'
)
delete from notices
where created_at < now() - interval '1 year';

-- first_answer --
-- Select the result of the first request under a key.
select digest, made
from repeatable_requests
where person_id = %(person_id)s and key = %(key)s;

-- keep_answer --
-- Insert a request's result, in the transaction that made it.
insert into repeatable_requests (person_id, key, digest, made)
values (%(person_id)s, %(key)s, %(digest)s, %(made)s);

-- claim_key --
-- Take a key for a request, also from one that was lost without an answer.
insert into repeatable_requests (person_id, key, digest, made)
values (%(person_id)s, %(key)s, %(digest)s, null)
on conflict (person_id, key) do update
set created_at = now()
where repeatable_requests.answer is null
  and repeatable_requests.made is null
  and repeatable_requests.digest = excluded.digest
  and repeatable_requests.created_at < now() - %(lost_after)s::interval
returning key;

-- claimed --
-- The request that has a key, and its answer once there is one.
select digest, answer
from repeatable_requests
where person_id = %(person_id)s and key = %(key)s;

-- keep_text --
-- Keep a request's whole answer.
update repeatable_requests
set answer = %(text)s
where person_id = %(person_id)s and key = %(key)s and answer is null;

-- free_key --
-- Free the key of a request that made nothing.
delete from repeatable_requests
where person_id = %(person_id)s and key = %(key)s and answer is null and made is null;

-- forget_answers --
-- Retention: a client that repeats a request does so within a day.
delete from repeatable_requests
where created_at < now() - interval '2 days';

-- drop_old --
-- Retention: drop raw signals and messages from before the instant, a chunk at a time.
select drop_old(%(before)s::timestamptz);

-- migration --
-- Select the revision of the database.
select version_num
from alembic_version;

-- oldest_revision --
-- Select the oldest revision whose programs work with the schema.
select oldest
from schema_range;

-- heartbeat --
-- Select the last instant at which a job showed that the scheduler runs. Slots of a time that the
-- clock was set back from say nothing.
select max(coalesce(finished_at, started_at)) as at
from job_runs
where coalesce(finished_at, started_at) <= clock_timestamp();
