create extension if not exists btree_gist;
create extension if not exists timescaledb;

create table centres (
    id          uuid primary key,
    slug        text not null,
    name        text not null,
    zone        text not null,
    currency    char(3) not null,
    created_at  timestamptz not null default now(),
    constraint centres_slug_unique unique (slug),
    -- The slug is a level of every MQTT topic and part of every statement number.
    constraint centres_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{1,30}$')
);

create table opening_hours (
    centre_id  uuid not null references centres,
    weekday    smallint not null,
    opens      time not null,
    closes     time not null,
    constraint opening_hours_key primary key (centre_id, weekday, opens),
    constraint opening_hours_weekday check (weekday between 0 and 6)
);

create table companies (
    id                   uuid primary key,
    name                 text not null,
    registration_number  char(10) not null,
    created_at           timestamptz not null default now(),
    constraint companies_registration_number_unique unique (registration_number),
    constraint companies_registration_number_form check (registration_number ~ '^[0-9]{10}$')
);

-- Which companies a centre serves, and at which tariff category over time.
create table company_categories (
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    category     text not null,
    during       daterange not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    constraint company_categories_key primary key (centre_id, company_id, during),
    constraint company_categories_no_overlap
        exclude using gist (centre_id with =, company_id with =, during with &&)
);

create table people (
    id                uuid primary key,
    email             text not null,
    name              text not null,
    password_hash     text not null,
    is_administrator  boolean not null default false,
    disabled_at       timestamptz,
    created_at        timestamptz not null default now(),
    constraint people_email_lower check (email = lower(email))
);
create unique index people_email_unique on people (email);

create table company_people (
    company_id  uuid not null references companies,
    person_id   uuid not null references people,
    constraint company_people_key primary key (company_id, person_id)
);

create table centre_managers (
    centre_id  uuid not null references centres,
    person_id  uuid not null references people,
    constraint centre_managers_key primary key (centre_id, person_id)
);

-- Browser sessions and programs' tokens. Only the digest of the secret is kept.
create table credentials (
    digest        bytea primary key,
    person_id     uuid not null references people,
    kind          text not null,
    name          text not null default '',
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    last_used_at  timestamptz not null default now(),
    revoked_at    timestamptz,
    id            uuid not null,
    constraint credentials_id_unique unique (id),
    constraint credentials_kind check (kind in ('session', 'token'))
);
create index credentials_by_person on credentials (person_id);

create table login_failures (
    subject  text not null,
    at       timestamptz not null default clock_timestamp()
);
create index login_failures_by_subject on login_failures (subject, at);
