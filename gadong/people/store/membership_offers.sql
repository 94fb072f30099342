-- offer --
-- Insert an offer, unless one waits.
insert into membership_offers (
    id, person_id, company_id, is_owner, centre_id, roles, through_centre, email, name, offered_by,
        expires_at)
values (
    %(id)s, %(person_id)s, %(company_id)s, %(is_owner)s, %(centre_id)s, %(roles)s,
        %(through_centre)s, %(email)s, %(name)s, %(offered_by)s, %(expires_at)s)
on conflict do nothing;

-- renew --
-- Renew the offer that waits; return its id.
update membership_offers
set expires_at = %(expires_at)s, roles = %(roles)s, is_owner = is_owner or %(is_owner)s
where person_id = %(person_id)s and decided_at is null
  and (company_id = %(company_id)s or centre_id = %(centre_id)s)
returning id;

-- waiting_for --
-- Select the offers that wait for a person's answer, the oldest first.
select o.id, o.person_id, o.company_id, f.name as company_name, o.is_owner, o.centre_id,
    c.name as centre_name, o.roles, o.through_centre, o.email, o.name, o.expires_at
from membership_offers o
left join companies f on f.id = o.company_id
left join centres c on c.id = o.centre_id
where o.person_id = %(person_id)s and o.decided_at is null and o.expires_at > %(now)s
order by o.offered_at, o.id;

-- of_company --
-- Select the offers into a company that wait, as a company's owner or some centres may see them.
select o.id, o.person_id, o.company_id, f.name as company_name, o.is_owner, o.centre_id,
    null as centre_name, o.roles, o.through_centre, o.email, o.name, o.expires_at
from membership_offers o
join companies f on f.id = o.company_id
where o.company_id = %(company_id)s and o.decided_at is null and o.expires_at > clock_timestamp()
  and (%(is_own)s or o.through_centre is null or o.through_centre = any(%(centre_ids)s))
order by o.offered_at, o.id;

-- of_centre --
-- Select the offers of roles at a centre that wait.
select o.id, o.person_id, o.company_id, null as company_name, o.is_owner, o.centre_id,
    c.name as centre_name, o.roles, o.through_centre, o.email, o.name, o.expires_at
from membership_offers o
join centres c on c.id = o.centre_id
where o.centre_id = %(centre_id)s and o.decided_at is null and o.expires_at > clock_timestamp()
order by o.offered_at, o.id;

-- find --
-- Select a waiting offer, locked until the transaction ends.
select o.id, o.person_id, o.company_id, null as company_name, o.is_owner, o.centre_id,
    null as centre_name, o.roles, o.through_centre, o.email, o.name, o.expires_at
from membership_offers o
where o.id = %(id)s and o.decided_at is null and o.expires_at > %(now)s
for update;

-- change --
-- Change a waiting offer's ownership and roles.
update membership_offers
set is_owner = %(is_owner)s, roles = %(roles)s
where id = %(id)s and decided_at is null;

-- decide --
-- Record the answer to an offer, or that it was withdrawn.
update membership_offers
set decided_at = clock_timestamp(), is_accepted = %(is_accepted)s
where id = %(id)s and decided_at is null;

-- forget --
-- Retention: offers answered a month ago, or over for a month.
delete from membership_offers
where coalesce(decided_at, expires_at) < now() - interval '30 days';
