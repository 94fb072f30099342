-- A person's one-time codes (RFC 6238). No secret is kept: it is derived from the installation's,
-- the person and the generation. Until `since` is set the person has shown no code yet, and none is
-- asked for.
create table second_factors (
    person_id   uuid primary key references people,
    generation  integer not null,
    since       timestamptz,
    -- The last step of thirty seconds whose code was taken: no code counts twice.
    last_step   bigint not null default 0
);
-- For a telephone that was lost; each counts once.
create table recovery_codes (
    person_id  uuid not null references people,
    digest     bytea not null,
    used_at    timestamptz,
    constraint recovery_codes_key primary key (person_id, digest)
);
-- The way back in for a password that was forgotten, by mail.
create table recovery_links (
    digest      bytea primary key,
    person_id   uuid not null references people,
    expires_at  timestamptz not null,
    used_at     timestamptz
);
alter table second_factors enable row level security;
alter table recovery_codes enable row level security;
alter table recovery_links enable row level security;
create policy everything on second_factors to gadong_system using (true);
create policy everything on recovery_codes to gadong_system using (true);
create policy everything on recovery_links to gadong_system using (true);
create constraint trigger second_factors_made after insert on second_factors
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger second_factors_changed after update on second_factors
    deferrable initially deferred for each row
    when (old.generation <> new.generation or old.since is distinct from new.since)
        execute function audit_row();
create constraint trigger second_factors_removed after delete on second_factors
    deferrable initially deferred for each row execute function audit_row();
