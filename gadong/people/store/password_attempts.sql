-- fold_email --
-- The form in which an address is kept and compared.
select fold_email(%(email)s) as folded;

-- add --
-- One more wrong password for an account or an address.
insert into login_failures (subject, at)
values (%(subject)s, %(at)s);

-- take_back --
-- What was counted before it was looked at and was no wrong password.
delete from login_failures
where subject = any(%(subjects)s) and at = %(at)s;

-- forgive --
-- Somebody proved who they are: what was mistyped before counts no more.
delete from login_failures
where subject = any(%(subjects)s);

-- of_subject --
-- Wrong passwords of a subject since an instant, and the last one.
select count(*) as count, max(at) as last_at
from login_failures
where subject = %(subject)s and at > %(since)s;

-- forget --
-- Retention: they matter for a day.
delete from login_failures
where at < now() - interval '1 day';

-- is_known_device --
-- Whether a browser is one that a person has logged in with of late.
select exists (
    select
    from credentials
    where digest = %(digest)s and person_id = %(person_id)s and kind = 'device'
      and revoked_at is null and expires_at > now()
) as is_known;

-- know_device --
-- A browser that a person logged in with; nothing for one that was ended.
insert into credentials (id, digest, person_id, kind, expires_at)
values (%(id)s, %(digest)s, %(person_id)s, 'device', %(expires_at)s)
on conflict (digest) do update
set last_used_at = now(), expires_at = excluded.expires_at
where credentials.revoked_at is null
returning id;
