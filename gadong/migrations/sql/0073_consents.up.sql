-- A centre's request to serve a company that another centre serves already: the company's owner
-- decides. `name` is the centre's own spelling, and `asker` who asked in the company's name, if
-- anybody did.
create table consents (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    name         text not null,
    category     text not null,
    since        date not null,
    asker        text not null default '',
    asked_by     uuid references people,
    asked_at     timestamptz not null default clock_timestamp(),
    decided_at   timestamptz,
    decided_by   uuid references people,
    is_given     boolean,
    reason       text not null default '',
    constraint consents_decision check ((decided_at is null) = (is_given is null))
);
create unique index consents_once on consents (centre_id, company_id) where decided_at is null;
create index consents_by_company on consents (company_id, asked_at);
alter table consents enable row level security;
create policy permitted on consents to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on consents to gadong_system using (true);

-- An offer to an account that was there before: its person accepts, and nobody else learns of the
-- account. `email` and `name` are as the offer's author wrote them.
create table membership_offers (
    id              uuid primary key,
    person_id       uuid not null references people,
    company_id      uuid references companies,
    is_owner        boolean not null default false,
    centre_id       uuid references centres,
    roles           text[] not null default '{}',
    -- The centre whose staff made an offer into a company; null for the company's owner.
    through_centre  uuid references centres,
    email           text not null,
    name            text not null,
    offered_by      uuid references people,
    offered_at      timestamptz not null default clock_timestamp(),
    expires_at      timestamptz not null,
    decided_at      timestamptz,
    is_accepted     boolean,
    constraint membership_offers_target check ((company_id is null) <> (centre_id is null)),
    constraint membership_offers_decision check ((decided_at is null) = (is_accepted is null))
);
create unique index membership_offers_of_company on membership_offers (person_id, company_id)
    where decided_at is null and company_id is not null;
create unique index membership_offers_of_centre on membership_offers (person_id, centre_id)
    where decided_at is null and centre_id is not null;
create index membership_offers_by_company on membership_offers (company_id)
    where decided_at is null;
create index membership_offers_by_centre on membership_offers (centre_id) where decided_at is null;
alter table membership_offers enable row level security;
-- A company's categories show to a permit the companies that it reaches.
create policy permitted on membership_offers to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
    or exists (
        select from company_categories k where k.company_id = membership_offers.company_id
    )
);
create policy everything on membership_offers to gadong_system using (true);

-- The centre whose staff entered a person of a company: other centres that serve the company see
-- the person once the person books there. Without a row, the company itself named the person.
create table entered_people (
    company_id  uuid not null,
    person_id   uuid not null,
    centre_id   uuid not null references centres,
    constraint entered_people_key primary key (company_id, person_id),
    constraint entered_people_member foreign key (company_id, person_id)
        references company_people (company_id, person_id) on delete cascade
);
do $$
declare
    name text;
begin
    foreach name in array array['consents', 'membership_offers', 'entered_people'] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
insert into entered_people (company_id, person_id, centre_id)
select m.company_id, m.person_id, k.centre_id
from company_people m
join lateral (
    select centre_id from company_categories
        where company_id = m.company_id order by recorded_at limit 1
) k on true
where not m.is_owner;
set constraints all immediate;

-- The number of centres that serve a company, of which a permit shows one.
create function serving_centres(asked_company uuid) returns bigint
    language sql stable security definer
    set search_path = public, pg_temp as $$
    select count(distinct centre_id) from company_categories where company_id = asked_company
$$;
select close_to_public();
