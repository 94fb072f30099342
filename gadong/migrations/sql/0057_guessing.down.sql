drop function audit_say(text, text, text, text);
alter table audit_entries drop constraint audit_entries_action;
alter table audit_entries add constraint audit_entries_action
    check (action in ('made', 'changed', 'removed', 'read')) not valid;
delete from credentials where kind = 'device';
set constraints all immediate;
alter table credentials drop constraint credentials_kind;
alter table credentials add constraint credentials_kind check (kind in ('session', 'token'));
drop index join_requests_once;
create unique index join_requests_once on join_requests (centre_id, lower(email))
where decided_at is null;
alter table people drop constraint people_email_folded;
alter table people add constraint people_email_lower check (email = lower(email)) not valid;
drop function fold_email(text);
