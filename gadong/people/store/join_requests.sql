-- ask --
-- Somebody asks; once more while nobody has answered is no second request.
insert into join_requests (id, centre_id, company, registration_number, name, email, accepted)
values (
    %(id)s, %(centre_id)s, %(company)s, %(registration_number)s, %(name)s, fold_email(%(email)s), %(accepted)s)
on conflict do nothing;

-- waiting --
-- Who waits for a centre's word, the longest first.
select id, centre_id, company, registration_number, name, email, asked_at, accepted
from join_requests
where centre_id = %(centre_id)s and decided_at is null
order by asked_at;

-- find --
-- One that waits, locked until the transaction ends.
select id, centre_id, company, registration_number, name, email, asked_at, accepted
from join_requests
where id = %(id)s and decided_at is null
for update;

-- decide --
-- The centre's word.
update join_requests
set decided_at = clock_timestamp(), decided_by = %(by)s, is_approved = %(is_approved)s, reason = %(reason)s
where id = %(id)s;

-- forget --
-- Retention: what was answered a month ago.
delete from join_requests
where decided_at < now() - interval '30 days' or asked_at < now() - interval '180 days';
