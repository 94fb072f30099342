-- Browsers that show notices by Web Push (ADR 57). What a browser tells of itself is encrypted by a
-- key from outside the database; the digest finds it again.
create table push_subscriptions (
    id             uuid primary key,
    person_id      uuid not null references people,
    -- The session that last used it. It ends with that session, and with the session's row.
    credential_id  uuid not null references credentials (id) on delete cascade,
    endpoint       bytea not null,
    sealed         text not null,
    -- The browser in words, by which its person knows it.
    browser        text not null,
    created_at     timestamptz not null,
    constraint push_subscriptions_endpoint unique (endpoint),
    constraint push_subscriptions_sealed check (sealed like 'sealed:1:%'),
    constraint push_subscriptions_browser check (length(browser) between 1 and 100)
);
create index push_subscriptions_by_person on push_subscriptions (person_id, created_at);
create index push_subscriptions_by_credential on push_subscriptions (credential_id);
alter table push_subscriptions enable row level security;
create policy everything on push_subscriptions to gadong_system using (true);
create policy permitted on push_subscriptions to gadong_app
    using (person_id = (select permit_by()));

-- Whoever logs out, is shut out or changes the password gets no further notice in that browser,
-- whichever statement ended the session.
create function push_subscriptions_end() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    delete from push_subscriptions where credential_id = new.id;
    return null;
end $$;
revoke execute on function push_subscriptions_end() from public;
create trigger push_subscriptions_end after update of revoked_at on credentials
    for each row when (new.revoked_at is not null) execute function push_subscriptions_end();

alter table deliveries drop constraint deliveries_channel;
alter table deliveries add constraint deliveries_channel
    check (channel in ('mail', 'webhook', 'text', 'push'));
select close_to_public();
