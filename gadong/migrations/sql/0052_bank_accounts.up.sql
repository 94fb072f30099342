-- The account into which companies pay a centre, as its statements say it. A fact; the latest
-- counts, and one without a bank withdraws it.
create table bank_accounts (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    document     jsonb not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null
);
create index bank_accounts_by_centre on bank_accounts (centre_id, recorded_at);
create trigger bank_accounts_are_facts before update or delete on bank_accounts
    for each row execute function refuse_change();
revoke update, delete on bank_accounts from gadong_app, gadong_system;
alter table bank_accounts enable row level security;
-- Whoever may enter the centre reads where to pay.
create policy permitted on bank_accounts to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on bank_accounts to gadong_system using (true);
create constraint trigger bank_accounts_audited after insert or update or delete on bank_accounts
    deferrable initially deferred for each row execute function audit_row();
