-- Guidance (기술지도), consulting, counselling and manpower information: help for firms
-- beside its machines. A new table alone; the older programs go on, which know nothing of it.
create table guidance (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    -- Nobody: counselling of somebody who has no firm yet is counted without a name.
    company_id    uuid references companies,
    -- Who asked; nobody where the desk recorded it.
    person_id     uuid references people,
    kind          text not null,
    subject       text not null,
    wish          text not null default '',
    state         text not null,
    expert        text not null default '',
    starts_at     timestamptz,
    minutes       integer,
    result        text not null default '',
    follow_up_on  date,
    -- The tariff's good that the company is charged, and the entry that charged it.
    good          text not null default '',
    entry_id      uuid references entries,
    reason        text not null default '',
    requested_at  timestamptz not null,
    constraint guidance_kind check (
        kind in ('guidance', 'consulting', 'counselling', 'manpower')
    ),
    constraint guidance_state check (
        state in ('requested', 'planned', 'done', 'declined', 'withdrawn')
    ),
    constraint guidance_planned check (
        state not in ('planned', 'done') or (starts_at is not null and expert <> '')
    ),
    constraint guidance_done check ((state = 'done') = (minutes is not null)),
    constraint guidance_minutes check (minutes between 1 and 6000),
    constraint guidance_charged check (
        entry_id is null or (state = 'done' and company_id is not null)
    )
);
create index guidance_by_centre on guidance (centre_id, requested_at desc, id desc);
create index guidance_done_by_start on guidance (centre_id, starts_at) where state = 'done';
create constraint trigger guidance_audited after insert or update or delete on guidance
    deferrable initially deferred for each row execute function audit_row();
revoke delete on guidance from gadong_app, gadong_system;
alter table guidance enable row level security;
create policy permitted on guidance to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
        or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on guidance to gadong_system using (true);
select close_to_public();
