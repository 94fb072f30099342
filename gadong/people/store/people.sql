-- insert_centre --
-- Insert a centre.
insert into centres (id, slug, name, zone, currency)
values (%(id)s, %(slug)s, %(name)s, %(zone)s, %(currency)s);

-- centres --
-- Every site, or one, by its slug, under the name that holds on its own calendar today.
select c.id, c.slug, coalesce(renamed.name, c.name) as name, c.zone, c.currency
from centres c
left join lateral (
    select name
    from centre_names
    where centre_id = c.id and effective_from <= (now() at time zone c.zone)::date
    order by effective_from desc, recorded_at desc
    limit 1
) renamed on true
where c.id = coalesce(%(id)s::uuid, c.id)
order by c.slug;

-- insert_company --
-- Insert a company.
insert into companies (id, name, registration_number)
values (%(id)s, %(name)s, nullif(%(registration_number)s, ''));

-- companies --
-- Select the companies that a centre serves.
select c.id, c.name, coalesce(c.registration_number, '') as registration_number
from companies c
where exists (
    select from company_categories k
    where k.company_id = c.id and k.centre_id = %(centre_id)s
)
order by c.name, c.id;

-- company --
-- Select a company.
select id, name, coalesce(registration_number, '') as registration_number
from companies
where id = %(id)s;

-- insert_person --
-- Insert a person who can log in.
insert into people (id, email, name, password_hash, is_administrator)
values (%(id)s, fold_email(%(email)s), %(name)s, %(password_hash)s, %(is_administrator)s);

-- add_to_company --
-- Add a person to a company; the first person becomes an owner.
insert into company_people (company_id, person_id, is_owner)
values (
    %(company_id)s, %(person_id)s,
    %(is_owner)s or not exists (
        select from company_people c join people p on p.id = c.person_id
        where c.company_id = %(company_id)s and p.has_login
    )
)
on conflict (company_id, person_id) do update set is_owner = excluded.is_owner;

-- insert_contact --
-- Somebody of a company who has no login; nobody logs in as them, and their address is nobody's.
with made as (
    insert into people (id, email, name, password_hash, has_login)
    values (%(id)s, 'contact-' || %(id)s::uuid::text || '@contact.invalid', %(name)s, '!', false)
    returning id
)
insert into company_people (company_id, person_id, is_owner)
select %(company_id)s, id, false
from made;

-- contacts_named --
-- The people of a company without a login who have the name and whom a centre sees.
select p.id
from company_people c
join people p on p.id = c.person_id
left join entered_people e on e.company_id = c.company_id and e.person_id = c.person_id
where (e.centre_id is null or e.centre_id = %(centre_id)s::uuid) and c.company_id = %(company_id)s
    and p.name = %(name)s and not p.has_login and p.disabled_at is null
order by p.id;

-- lock_company --
-- A company, held until the transaction ends, so that two add its people one after the other.
select id
from companies
where id = %(id)s
for no key update;

-- lock_centre --
-- A centre, held until the transaction ends, so that two change its staff one after the other.
select id
from centres
where id = %(id)s
for no key update;

-- remove_from_company --
-- Remove a person from a company.
delete from company_people
where company_id = %(company_id)s and person_id = %(person_id)s;

-- owners --
-- Select a company's owners.
select c.person_id
from company_people c
join people p on p.id = c.person_id
where c.company_id = %(company_id)s and c.is_owner and p.disabled_at is null
order by c.person_id;

-- give_role --
-- Insert a person's role at a centre.
insert into centre_staff (centre_id, person_id, role)
values (%(centre_id)s, %(person_id)s, %(role)s)
on conflict do nothing;

-- take_roles --
-- Delete a person's roles at a centre.
delete from centre_staff
where centre_id = %(centre_id)s and person_id = %(person_id)s;

-- staff --
-- Select a centre's staff with their roles.
select p.id, p.name, p.email, p.is_administrator, array_agg(s.role order by s.role) as roles
from centre_staff s
join people p on p.id = s.person_id
where s.centre_id = %(centre_id)s and p.disabled_at is null and not p.is_program
group by p.id
order by p.name, p.id;

-- person_by_email --
-- Select the person with an address, for a login.
select id, name, email, password_hash, is_administrator
from people
where email = fold_email(%(email)s) and disabled_at is null;

-- id_by_email --
-- Select the person with an address.
select id
from people
where email = fold_email(%(email)s) and disabled_at is null and not is_program;

-- company_by_number --
-- Select the company with a registration number.
select id, name, registration_number
from companies
where registration_number = %(registration_number)s;

-- person --
-- One person; the address of somebody without a login is nobody's.
select id, name, case when has_login then email else '' end as email, is_administrator, has_login
from people
where id = %(id)s;

-- companies_of --
-- Select the companies for which a person books.
select c.id, c.name
from company_people p
join companies c on c.id = p.company_id
where p.person_id = %(person_id)s
order by c.name;

-- caller --
-- Select a person's companies, the centres that serve those, and the person's roles.
select
    p.id, p.is_administrator,
    array(select company_id from company_people where person_id = p.id) as companies,
    array(
        select distinct k.centre_id
        from company_people m
        join company_categories k on k.company_id = m.company_id
        where m.person_id = p.id
    ) as centres,
    array(select company_id from company_people where person_id = p.id and is_owner) as owns,
    array(
        select centre_id from centre_staff where person_id = p.id order by centre_id, role
    ) as staff_centres,
    array(
        select role from centre_staff where person_id = p.id order by centre_id, role
    ) as staff_roles
from people p
where p.id = %(id)s and p.disabled_at is null;

-- insert_credential --
-- Insert a session or a token, by the digest of its secret.
insert into credentials (id, digest, person_id, kind, name, expires_at, rights, proven_at)
values (
    %(id)s, %(digest)s, %(person_id)s, %(kind)s, %(name)s, %(expires_at)s, %(rights)s,
        %(proven_at)s);

-- prove_session --
-- Record when the session's person last gave the password or a passkey.
update credentials
set proven_at = %(at)s
where id = %(id)s and kind = 'session' and revoked_at is null;

-- use_credential --
-- Select the credential of a secret. Its last use is kept to the minute, so that most reads write
-- nothing.
with used as (
    update credentials
    set last_used_at = now()
    where digest = %(digest)s and last_used_at < now() - interval '1 minute'
)
select id, person_id, kind, rights, proven_at
from credentials
where digest = %(digest)s
  and revoked_at is null
  and expires_at > now()
  and kind in ('session', 'token')
  and (kind = 'token' or last_used_at > now() - interval '12 hours');

-- credentials_of --
-- Select a person's valid sessions and tokens.
select id, kind, name, created_at, expires_at, last_used_at, rights
from credentials
where person_id = %(person_id)s and kind <> 'device' and revoked_at is null and expires_at > now()
order by created_at desc;

-- revoke_credential --
-- Revoke a session or a token.
update credentials
set revoked_at = now()
where person_id = %(person_id)s and (id = %(id)s or digest = %(digest)s) and revoked_at is null;

-- forget_credentials --
-- Retention: credentials that ended a month ago.
delete from credentials
where coalesce(revoked_at, expires_at) < now() - interval '30 days';

-- staff_who_are --
-- Select the staff with one of the roles at a centre.
select distinct m.person_id
from centre_staff m
join people p on p.id = m.person_id
where m.centre_id = %(centre_id)s and m.role = any(%(roles)s) and p.disabled_at is null
  and not p.is_program
order by m.person_id;

-- is_known --
-- Select whether a centre has a relation to a person. Of a company that several centres serve, a
-- centre knows the people of people_at.
select exists (
        select from centre_staff where centre_id = %(centre_id)s and person_id = %(person_id)s
    ) or exists (
        select
        from company_people m
        join company_categories k on k.company_id = m.company_id
        left join entered_people e on e.company_id = m.company_id and e.person_id = m.person_id
        where m.person_id = %(person_id)s and k.centre_id = %(centre_id)s
          and (m.is_owner or e.centre_id is null or e.centre_id = %(centre_id)s)
    ) or exists (
        select from bookings where centre_id = %(centre_id)s and person_id = %(person_id)s
    ) as is_known;

-- people_of --
-- Select the people who book for a company.
select c.person_id
from company_people c
join people p on p.id = c.person_id
where c.company_id = %(company_id)s and p.disabled_at is null
order by c.person_id;

-- people_at --
-- Select a company's people whom one of some centres sees: its owners, those whom it named itself,
-- those whom the centre entered, and those who booked there; nobody once it withdrew its consent.
select c.person_id
from company_people c
join people p on p.id = c.person_id
left join entered_people e on e.company_id = c.company_id and e.person_id = c.person_id
where c.company_id = %(company_id)s and p.disabled_at is null
  and exists (
      select from unnest(%(centre_ids)s::uuid[]) as served(centre_id)
      where not has_withdrawn(served.centre_id, %(company_id)s)
  )
  and (
      c.is_owner or e.centre_id is null or e.centre_id = any(%(centre_ids)s)
      or exists (
          select from bookings b
          where b.person_id = c.person_id and b.company_id = c.company_id
            and b.centre_id = any(%(centre_ids)s)
      )
  )
order by c.person_id;
