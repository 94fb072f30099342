-- insert_challenge --
-- Insert a challenge for an authenticator.
insert into passkey_challenges (challenge, person_id, expires_at)
values (%(challenge)s, %(person_id)s, %(expires_at)s);

-- take_challenge --
-- Delete and return a challenge, and delete expired ones.
delete from passkey_challenges
where challenge = %(challenge)s or expires_at < now()
returning challenge, person_id, expires_at;

-- insert --
-- Insert a person's passkey.
insert into passkeys (id, person_id, name, public_key, sign_count)
values (%(id)s, %(person_id)s, %(name)s, %(public_key)s, %(sign_count)s)
on conflict (id) do nothing;

-- of_person --
-- Select a person's passkeys, the oldest first.
select id, person_id, name, public_key, sign_count, created_at, last_used_at
from passkeys
where person_id = %(person_id)s
order by created_at, id;

-- find --
-- Select a passkey of an enabled account, locked until the transaction ends.
select k.id, k.person_id, k.name, k.public_key, k.sign_count, k.created_at, k.last_used_at
from passkeys k
join people p on p.id = k.person_id
where k.id = %(id)s and p.disabled_at is null
for update of k;

-- use --
-- Record a use of the passkey.
update passkeys
set sign_count = %(sign_count)s, last_used_at = now()
where id = %(id)s;

-- remove --
-- Delete a person's passkey.
delete from passkeys
where id = %(id)s and person_id = %(person_id)s;
