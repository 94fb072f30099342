-- A person's phone number: a Korean one in digits as dialled there, another with its country.
-- A table of its own, because the record of `people` is compared with the rows as they stand.
create table phone_numbers (
    person_id  uuid primary key references people,
    number     text not null,
    -- Whoever has a login asks for text messages; whoever has none is told in no other way.
    by_text    boolean not null default false,
    constraint phone_numbers_number
        check (number ~ '^(0[0-9]{8,11}|1[0-9]{7}|[+][1-9][0-9]{6,14})$')
);
alter table phone_numbers enable row level security;
create policy permitted on phone_numbers to gadong_app using (
    person_id = (select permit_by())
    or exists (
        select
        from company_people m
        left join company_categories k on k.company_id = m.company_id
        where m.person_id = phone_numbers.person_id
          and (
              m.company_id = any ((select permit_companies())::uuid[])
              or k.centre_id = any ((select permit_centres())::uuid[])
          )
    )
);
create policy everything on phone_numbers to gadong_system using (true);
create constraint trigger phone_numbers_audited after insert or update or delete on phone_numbers
    deferrable initially deferred for each row execute function audit_row();

-- A centre's account at a provider of text messages. The secret is encrypted by a key from outside
-- the database.
create table text_accounts (
    centre_id      uuid primary key references centres,
    provider       text not null,
    url            text not null,
    api_key        text not null,
    sealed         text not null,
    sender_number  text not null,
    -- The Kakao channel; empty: every message is an SMS.
    channel        text not null default '',
    -- The provider's templates by the kind of notice.
    templates      jsonb not null default '{}',
    constraint text_accounts_sealed check (sealed like 'sealed:1:%'),
    constraint text_accounts_url check (url ~ '^https?://' and length(url) <= 2000),
    constraint text_accounts_templates check (jsonb_typeof(templates) = 'object')
);
alter table text_accounts enable row level security;
create policy permitted on text_accounts to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on text_accounts to gadong_system using (true);
create constraint trigger text_accounts_audited after insert or update or delete on text_accounts
    deferrable initially deferred for each row execute function audit_row();

alter table deliveries drop constraint deliveries_channel;
alter table deliveries add constraint deliveries_channel
    check (channel in ('mail', 'webhook', 'text'));
