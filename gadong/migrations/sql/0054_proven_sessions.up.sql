-- When a session's person last gave their password or passkey. Sessions of before have to be proven
-- anew.
alter table credentials add column proven_at timestamptz;
alter table credentials add constraint credentials_proven
    check (proven_at is null or kind = 'session');
