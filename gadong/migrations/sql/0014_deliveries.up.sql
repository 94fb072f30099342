-- How a person wants to be told. Without a row: in Korean, and everything by mail too.
create table notice_preferences (
    person_id  uuid primary key references people,
    language   text not null,
    by_mail    boolean not null,
    -- Kinds of notices that are not mailed; they are still to be read in the service.
    muted      text[] not null default '{}',
    constraint notice_preferences_language check (language in ('ko', 'en'))
);

-- Who is told by a program's address. Its secret is derived from the installation's and this id,
-- and stored nowhere.
create table webhooks (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    url         text not null,
    -- Kinds that are sent, by their beginning; empty is all of them.
    kinds       text[] not null default '{}',
    created_by  uuid not null references people,
    created_at  timestamptz not null default now(),
    revoked_at  timestamptz,
    constraint webhooks_url check (url ~ '^https?://' and length(url) <= 2000)
);

-- What leaves the house: written with the notice, sent after, tried again until it is taken or
-- given up.
create table deliveries (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    channel     text not null,
    kind        text not null,
    address     text not null,
    webhook_id  uuid references webhooks,
    subject     text not null default '',
    body        text not null,
    created_at  timestamptz not null default now(),
    due_at      timestamptz not null default now(),
    attempts    integer not null default 0,
    state       text not null default 'due',
    last_error  text not null default '',
    constraint deliveries_channel check (channel in ('mail', 'webhook')),
    constraint deliveries_state check (state in ('due', 'sent', 'failed'))
);
create index deliveries_due on deliveries (due_at) where state = 'due';
create index deliveries_by_webhook on deliveries (webhook_id, id desc) where webhook_id is not null;
