-- Calendar feeds: secret addresses that calendars of people read without logging in, each revocable
-- by itself.
create table feeds (
    id          uuid primary key,
    person_id   uuid not null references people,
    centre_id   uuid references centres,
    machine_id  uuid references machines,
    digest      bytea not null,
    created_at  timestamptz not null default now(),
    revoked_at  timestamptz,
    constraint feeds_digest_unique unique (digest),
    constraint feeds_of_one_thing check (machine_id is null or centre_id is not null)
);
create index feeds_by_person on feeds (person_id) where revoked_at is null;
