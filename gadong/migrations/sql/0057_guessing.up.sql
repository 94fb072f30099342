-- The one form in which an e-mail address is kept and compared: compatibility letters composed
-- (NFKC), A to Z small. Small letters of other alphabets are nobody's to guess: one locale makes an
-- i of what another leaves alone.
create function fold_email(address text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp as $$
    select lower(normalize(btrim(address), nfkc) collate "C")
$$;
update people set email = fold_email(email)
where email <> fold_email(email)
  and not exists (select from people p
      where p.email = fold_email(people.email) and p.id <> people.id);
update join_requests set email = fold_email(email)
where decided_at is not null and email <> fold_email(email);
set constraints all immediate;
alter table people drop constraint people_email_lower;
-- Not valid: two accounts of before that fold to one stay as they are, until one of them goes.
alter table people add constraint people_email_folded check (email = fold_email(email)) not valid;
drop index join_requests_once;
create unique index join_requests_once on join_requests (centre_id, fold_email(email))
where decided_at is null;

-- A browser that somebody has logged in with (`device`) opens nothing: its guesses are its own, and
-- nobody else's hold it up.
alter table credentials drop constraint credentials_kind;
alter table credentials add constraint credentials_kind
    check (kind in ('session', 'token', 'device'));

-- Logging in and being refused are acts, too: who, as whom, from where.
alter table audit_entries drop constraint audit_entries_action;
alter table audit_entries add constraint audit_entries_action
    check (action in ('made', 'changed', 'removed', 'read', 'refused'));
create function audit_say(said_action text, seen_what text, seen_which text, reason text)
    returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entry audit_entries;
begin
    entry.action = said_action;
    entry.what = seen_what;
    entry.which = seen_which;
    entry.why = reason;
    entry.changed = '{}';
    perform audit_append(entry);
end $$;
revoke execute on function audit_say(text, text, text, text) from public;
grant execute on function audit_say(text, text, text, text) to gadong_app, gadong_system;
