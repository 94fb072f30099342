-- find --
-- Select a person's one-time codes, locked until the transaction ends.
select generation, since, last_step
from second_factors
where person_id = %(person_id)s
for update;

-- begin --
-- Begin a new secret, which takes effect once a code confirms it.
insert into second_factors (person_id, generation)
values (%(person_id)s, 1)
on conflict (person_id) do update
set generation = second_factors.generation + 1, since = null, last_step = 0
returning generation;

-- confirm --
-- Enable the one-time codes.
update second_factors
set since = clock_timestamp(), last_step = %(step)s
where person_id = %(person_id)s and since is null;

-- take_step --
-- Record the step of a used code; that step and earlier ones are refused from now on.
update second_factors
set last_step = %(step)s
where person_id = %(person_id)s and last_step < %(step)s;

-- remove --
-- Disable the one-time codes. The generation rises, so that an old secret never returns.
update second_factors
set since = null, generation = generation + 1
where person_id = %(person_id)s;

-- forget_codes --
-- Delete the recovery codes of an earlier secret.
delete from recovery_codes
where person_id = %(person_id)s;

-- insert_code --
-- Insert a recovery code by its digest.
insert into recovery_codes (person_id, digest)
values (%(person_id)s, %(digest)s);

-- use_code --
-- Consume a recovery code.
update recovery_codes
set used_at = clock_timestamp()
where person_id = %(person_id)s and digest = %(digest)s and used_at is null;

-- set_password --
-- Set the hash of a person's password.
update people
set password_hash = %(password_hash)s
where id = %(person_id)s and disabled_at is null;

-- hash_of --
-- Select the hash of a person's password.
select password_hash
from people
where id = %(person_id)s and disabled_at is null;

-- end_others --
-- Revoke every session and token of a person except one.
update credentials
set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null and digest <> %(but)s;

-- insert_link --
-- Insert a recovery link.
insert into recovery_links (digest, person_id, expires_at)
values (%(digest)s, %(person_id)s, %(expires_at)s);

-- use_link --
-- Consume a recovery link.
update recovery_links
set used_at = clock_timestamp()
where digest = %(digest)s and used_at is null and expires_at > clock_timestamp()
returning person_id;

-- end_links --
-- End a person's earlier recovery links.
update recovery_links
set used_at = clock_timestamp()
where person_id = %(person_id)s and used_at is null;

-- mailbox --
-- Select the centre in whose name a person is mailed: as staff, by a company, or the first centre.
select coalesce(
    (select centre_id from centre_staff where person_id = %(person_id)s order by centre_id limit 1),
    (
        select k.centre_id
        from company_people m
        join company_categories k on k.company_id = m.company_id
        where m.person_id = %(person_id)s
        order by k.centre_id
        limit 1
    ),
    (select id from centres order by slug limit 1)
) as centre_id;

-- proves --
-- Select whether a person has a second factor: codes, a passkey or a provider. A program has no
-- password to be guessed.
select exists (select from people where id = %(person_id)s and is_program)
    or exists (select from second_factors where person_id = %(person_id)s and since is not null)
    or exists (select from passkeys where person_id = %(person_id)s)
    or exists (select from identities where person_id = %(person_id)s) as proves;
