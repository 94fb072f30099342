-- ask --
-- Insert a request; the same again before the decision changes nothing.
insert into join_requests (
    id, centre_id, company, registration_number, name, email, accepted, kind, identification
)
values (
    %(id)s, %(centre_id)s, %(company)s, %(registration_number)s, %(name)s, fold_email(%(email)s),
    %(accepted)s, %(kind)s, %(identification)s
)
on conflict do nothing;

-- waiting --
-- Select the requests that wait for a centre's decision, the oldest first.
select id, centre_id, company, registration_number, name, email, asked_at, accepted, kind,
    identification
from join_requests
where centre_id = %(centre_id)s and decided_at is null
order by asked_at;

-- find --
-- Select a waiting request, locked until the transaction ends.
select id, centre_id, company, registration_number, name, email, asked_at, accepted, kind,
    identification
from join_requests
where id = %(id)s and decided_at is null
for update;

-- decide --
-- Record the centre's decision.
update join_requests
set decided_at = clock_timestamp(), decided_by = %(by)s, is_approved = %(is_approved)s,
    reason = %(reason)s
where id = %(id)s;

-- forget --
-- Retention: requests decided a month ago, or made half a year ago.
delete from join_requests
where decided_at < now() - interval '30 days' or asked_at < now() - interval '180 days';
