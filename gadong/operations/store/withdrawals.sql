-- lock_company --
-- A company, held until the transaction ends, so that no booking of it begins meanwhile.
select id
from companies
where id = %(company_id)s
for update;

-- ahead --
-- Count what a company has to come at a centre: bookings, places at courses, tenancies that have
-- not ended, and lots of which something lies there.
select (
        select count(*)
        from bookings
        where centre_id = %(centre_id)s and company_id = %(company_id)s
          and state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
          and upper(during) > now()
    ) as bookings,
    (
        select count(*)
        from course_places p
        join courses c on c.id = p.course_id
        where c.centre_id = %(centre_id)s and p.company_id = %(company_id)s
          and p.given_up_at is null and c.cancelled_at is null and upper(c.during) > now()
    ) as places,
    (
        select count(*)
        from tenancies t
        join centres n on n.id = t.centre_id
        where t.centre_id = %(centre_id)s and t.company_id = %(company_id)s
          and not isempty(t.during)
          and coalesce(upper(t.during) > (now() at time zone n.zone)::date, true)
    ) as tenancies,
    (
        select count(*)
        from storage_lots l
        where l.centre_id = %(centre_id)s and l.company_id = %(company_id)s
          and (
              select sum(case when m.reverses is null then m.change else -m.change end)
              from storage_moves m
              where m.lot_id = l.id
          ) > 0
    ) as lots;

-- insert --
-- A company takes back its consent to be served by a centre.
insert into withdrawals (id, centre_id, company_id, reason, withdrawn_by)
values (%(id)s, %(centre_id)s, %(company_id)s, %(reason)s, %(by)s);

-- end_waiting --
-- End what the company waits for at the centre.
update waiting
set state = 'left'
where centre_id = %(centre_id)s and company_id = %(company_id)s and state = 'waiting';

-- end_course_waiting --
-- End the company's waiting for seats at the centre's courses.
update course_waiting
set state = 'left', offered_until = null
where centre_id = %(centre_id)s and company_id = %(company_id)s
  and state in ('waiting', 'offered');

-- withdraw_applications --
-- Withdraw the company's applications that no draw has decided.
update monthly_applications
set state = 'withdrawn'
where centre_id = %(centre_id)s and company_id = %(company_id)s and state = 'applied';

-- withdraw_guidance --
-- Withdraw what the company asked experts for and what is still to come. What took place is
-- recorded yet.
update guidance
set state = 'withdrawn'
where centre_id = %(centre_id)s and company_id = %(company_id)s
  and (state = 'requested' or (state = 'planned' and starts_at > now()));

-- withdraw_commissions --
-- Withdraw what the company asked the centre to do, and the centre has not received; each as a
-- step.
with withdrawn as (
    update commissions
    set state = 'withdrawn'
    where centre_id = %(centre_id)s and company_id = %(company_id)s
      and state in ('requested', 'quoted', 'accepted')
    returning id, centre_id, company_id
)
insert into commission_events (id, commission_id, centre_id, company_id, step, state, at,
    recorded_at)
select gen_random_uuid(), id, centre_id, company_id, 'withdraw', 'withdrawn', clock_timestamp(),
    clock_timestamp()
from withdrawn;

-- delete_profiles --
-- Delete what the company said of itself for the centre's survey.
delete from company_profiles
where centre_id = %(centre_id)s and company_id = %(company_id)s;

-- served --
-- Select the centres that serve or served a company: since when, and when it withdrew, if it did.
select k.centre_id, n.name as centre, min(k.recorded_at) as since,
    case when has_withdrawn(k.centre_id, k.company_id) then (
        select max(w.withdrawn_at)
        from withdrawals w
        where w.centre_id = k.centre_id and w.company_id = k.company_id
    ) end as withdrawn_at
from company_categories k
join centres n on n.id = k.centre_id
where k.company_id = %(company_id)s
group by k.centre_id, k.company_id, n.name
order by n.name, k.centre_id;
