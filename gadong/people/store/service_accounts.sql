-- insert --
-- Insert a program's account, which has no login.
insert into people (id, email, name, password_hash, is_program)
values (%(id)s, %(email)s, %(name)s, '!', true);

-- of_centre --
-- Select a centre's programs with the rights, expiry and last use of their tokens.
select p.id, p.name, p.created_at, latest.expires_at, latest.rights, used.last_used_at
from centre_staff s
join people p on p.id = s.person_id
left join lateral (
    select c.expires_at, c.rights
    from credentials c
    where c.person_id = p.id and c.revoked_at is null
    order by c.expires_at desc
    limit 1
) latest on true
left join lateral (
    select max(c.last_used_at) as last_used_at
    from credentials c
    where c.person_id = p.id
) used on true
where s.centre_id = %(centre_id)s and p.is_program and p.disabled_at is null
order by p.name, p.id;

-- centre_of --
-- Select the centre for which a program works.
select s.centre_id
from centre_staff s
join people p on p.id = s.person_id
where p.id = %(id)s and p.is_program and p.disabled_at is null;

-- shorten --
-- Limit the lifetime of a program's present tokens.
update credentials
set expires_at = least(expires_at, %(until)s)
where person_id = %(id)s and revoked_at is null;

-- end_tokens --
-- Revoke a program's tokens.
update credentials
set revoked_at = now()
where person_id = %(id)s and revoked_at is null;

-- end_program --
-- End a program's access; its records stay under its id.
update people
set disabled_at = now()
where id = %(id)s;
