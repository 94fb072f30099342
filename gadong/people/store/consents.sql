-- ask --
-- Insert a request for a company's consent; the same again while it waits changes nothing.
insert into consents (id, centre_id, company_id, name, category, since, asker, asked_by)
values (
    %(id)s, %(centre_id)s, %(company_id)s, %(name)s, %(category)s, %(since)s, %(asker)s,
        %(asked_by)s)
on conflict do nothing;

-- is_refused --
-- Select whether a company refused a centre, or took its consent back, since an instant.
select exists (
    select
    from consents
    where centre_id = %(centre_id)s and company_id = %(company_id)s and not is_given
      and decided_at > %(since)s
) or exists (
    select
    from withdrawals
    where centre_id = %(centre_id)s and company_id = %(company_id)s and withdrawn_at > %(since)s
) as is_refused;

-- standing --
-- Select whether a centre serves a company, and whether the company took its consent back and did
-- not consent again.
select exists (
    select
    from companies c
    join company_categories k on k.company_id = c.id
    where c.id = %(company_id)s and k.centre_id = %(centre_id)s
) as is_served, has_withdrawn(%(centre_id)s, %(company_id)s) as has_withdrawn;

-- waiting --
-- Select the requests that wait for the decision of some companies, the oldest first.
select c.id, c.centre_id, c.company_id, c.name, f.registration_number, c.category, c.since, c.asker,
    c.asked_at, c.is_given
from consents c
join companies f on f.id = c.company_id
where c.company_id = any(%(company_ids)s) and c.decided_at is null
order by c.asked_at, c.id;

-- of_centre --
-- Select a centre's requests that wait or were refused lately, the latest first.
select c.id, c.centre_id, c.company_id, c.name, f.registration_number, c.category, c.since, c.asker,
    c.asked_at, c.is_given
from consents c
join companies f on f.id = c.company_id
where c.centre_id = %(centre_id)s
  and (c.decided_at is null or (not c.is_given and c.decided_at > now() - interval '30 days'))
order by c.asked_at desc, c.id;

-- find --
-- Select a waiting request, locked until the transaction ends.
select c.id, c.centre_id, c.company_id, c.name, f.registration_number, c.category, c.since, c.asker,
    c.asked_at, c.is_given
from consents c
join companies f on f.id = c.company_id
where c.id = %(id)s and c.decided_at is null
for update of c;

-- decide --
-- Record a company's decision.
update consents
set decided_at = clock_timestamp(), decided_by = %(by)s, is_given = %(is_given)s,
    reason = %(reason)s
where id = %(id)s;

-- forget --
-- Retention: the asker's name and address go with the decision, or after half a year without one.
update consents
set asker = ''
where asker <> ''
  and (decided_at < now() - interval '30 days' or asked_at < now() - interval '180 days');
