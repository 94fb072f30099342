-- find --
-- Whether a person has one-time codes, locked until the transaction ends.
select generation, since, last_step
from second_factors
where person_id = %(person_id)s
for update;

-- begin --
-- A new secret, which counts once a code of it was shown.
insert into second_factors (person_id, generation)
values (%(person_id)s, 1)
on conflict (person_id) do update
set generation = second_factors.generation + 1, since = null, last_step = 0
returning generation;

-- confirm --
-- From now on a code is asked for.
update second_factors
set since = clock_timestamp(), last_step = %(step)s
where person_id = %(person_id)s and since is null;

-- take_step --
-- The code of this step was taken, and none of it or before counts again.
update second_factors
set last_step = %(step)s
where person_id = %(person_id)s and last_step < %(step)s;

-- remove --
-- No code is asked for any more. The generation stays, so that an old secret never comes back.
update second_factors
set since = null, generation = generation + 1
where person_id = %(person_id)s;

-- forget_codes --
-- Recovery codes of a secret that is gone.
delete from recovery_codes
where person_id = %(person_id)s;

-- insert_code --
-- A recovery code, by its digest.
insert into recovery_codes (person_id, digest)
values (%(person_id)s, %(digest)s);

-- use_code --
-- A recovery code counts once.
update recovery_codes
set used_at = clock_timestamp()
where person_id = %(person_id)s and digest = %(digest)s and used_at is null;

-- set_password --
-- Another password.
update people
set password_hash = %(password_hash)s
where id = %(person_id)s and disabled_at is null;

-- hash_of --
-- What is kept of a person's password.
select password_hash
from people
where id = %(person_id)s and disabled_at is null;

-- end_others --
-- Every session and token of a person but one.
update credentials
set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null and digest <> %(but)s;

-- insert_link --
-- A way back in.
insert into recovery_links (digest, person_id, expires_at)
values (%(digest)s, %(person_id)s, %(expires_at)s);

-- use_link --
-- A way back in opens once.
update recovery_links
set used_at = clock_timestamp()
where digest = %(digest)s and used_at is null and expires_at > clock_timestamp()
returning person_id;

-- end_links --
-- No way back in that was mailed before opens any more.
update recovery_links
set used_at = clock_timestamp()
where person_id = %(person_id)s and used_at is null;

-- mailbox --
-- In whose name a person is written to: a centre that they have to do with.
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
-- Whether somebody proves who they are by more than a password: codes, a passkey, or a provider's word. A program has no
-- password to be guessed.
select exists (select from people where id = %(person_id)s and is_program)
    or exists (select from second_factors where person_id = %(person_id)s and since is not null)
    or exists (select from passkeys where person_id = %(person_id)s)
    or exists (select from identities where person_id = %(person_id)s) as proves;
