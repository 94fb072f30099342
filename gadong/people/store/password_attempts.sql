-- fold_email --
-- Select the canonical form of an address for storage and comparison.
select fold_email(%(email)s) as folded;

-- add --
-- Insert a wrong password of a subject.
insert into login_failures (subject, at)
values (%(subject)s, %(at)s);

-- take_back --
-- Delete attempts that were counted before the check and were right.
delete from login_failures
where subject = any(%(subjects)s) and at = %(at)s;

-- forgive --
-- Delete the wrong passwords of subjects whose person logged in.
delete from login_failures
where subject = any(%(subjects)s);

-- of_subject --
-- Select the wrong passwords of a subject since an instant, and the last one.
select count(*) as count, max(at) as last_at
from login_failures
where subject = %(subject)s and at > %(since)s;

-- forget --
-- Retention: wrong passwords after a day.
delete from login_failures
where at < now() - interval '1 day';

-- is_known_device --
-- Select whether a person has logged in with a browser lately.
select exists (
    select
    from credentials
    where digest = %(digest)s and person_id = %(person_id)s and kind = 'device'
      and revoked_at is null and expires_at > now()
) as is_known;

-- know_device --
-- Insert or renew a person's browser; return no row for one that was ended.
insert into credentials (id, digest, person_id, kind, expires_at)
values (%(id)s, %(digest)s, %(person_id)s, 'device', %(expires_at)s)
on conflict (digest) do update
set last_used_at = now(), expires_at = excluded.expires_at
where credentials.revoked_at is null
returning id;
