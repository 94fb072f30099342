-- What people log in by beside a password: passkeys (WebAuthn), and an organisation's own provider
-- (OpenID Connect).
create table passkeys (
    -- As the authenticator names it.
    id            bytea primary key,
    person_id     uuid not null references people,
    name          text not null,
    public_key    bytea not null,
    -- How often it was used, as it says itself; one that goes back was copied.
    sign_count    bigint not null,
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz,
    constraint passkeys_named check (length(trim(name)) between 1 and 100)
);
create index passkeys_by_person on passkeys (person_id);
-- What an authenticator was asked to sign; each answers once. Nobody's, where somebody is about to
-- log in.
create table passkey_challenges (
    challenge   bytea primary key,
    person_id   uuid references people,
    expires_at  timestamptz not null
);
-- Who somebody is at a provider: its issuer's word and never an e-mail address, which changes
-- hands.
create table identities (
    issuer        text not null,
    subject       text not null,
    person_id     uuid not null references people,
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz,
    constraint identities_key primary key (issuer, subject),
    constraint identities_one_a_person unique (issuer, person_id)
);
-- Who was sent to the provider and has not come back: by the digest of what their browser keeps
-- meanwhile.
create table sign_ons (
    digest      bytea primary key,
    verifier    text not null,
    nonce       text not null,
    -- Who is to be known by the provider from now on; nobody, where somebody is about to log in.
    person_id   uuid references people,
    going_to    text not null,
    expires_at  timestamptz not null
);
alter table passkeys enable row level security;
alter table passkey_challenges enable row level security;
alter table identities enable row level security;
alter table sign_ons enable row level security;
create policy everything on passkeys to gadong_system using (true);
create policy everything on passkey_challenges to gadong_system using (true);
create policy everything on identities to gadong_system using (true);
create policy everything on sign_ons to gadong_system using (true);
create constraint trigger passkeys_made after insert on passkeys
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger passkeys_removed after delete on passkeys
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger identities_made after insert on identities
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger identities_removed after delete on identities
    deferrable initially deferred for each row execute function audit_row();
