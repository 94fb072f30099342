create table tariffs (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    effective_from  date not null,
    document        jsonb not null,
    created_by      uuid not null references people,
    created_at      timestamptz not null default now(),
    published_at    timestamptz,
    published_by    uuid references people
);
create unique index tariffs_one_a_day on tariffs (centre_id, effective_from)
where published_at is not null;

create function refuse_published_change() returns trigger language plpgsql as $$
begin
    if old.published_at is not null then
        raise exception 'a published tariff is never changed' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger tariffs_published_are_frozen before update or delete on tariffs
    for each row execute function refuse_published_change();

-- A manager's word on what the signals leave open. A fact: a decision is reversed by another
-- decision.
create table decisions (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    kind         text not null,
    during       tstzrange not null,
    company_id   uuid references companies,
    booking_id   uuid references bookings,
    reverses     uuid references decisions,
    reason       text not null,
    decided_by   uuid not null references people,
    recorded_at  timestamptz not null,
    constraint decisions_kind check (kind in ('reassign', 'reverse')),
    constraint decisions_reason_given check (length(trim(reason)) > 0),
    constraint decisions_reverse_once unique (reverses)
);
create index decisions_by_machine on decisions using gist (machine_id, during);
create trigger decisions_are_facts before update or delete on decisions
    for each row execute function refuse_change();

create table statements (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    company_id      uuid not null references companies,
    month           char(7) not null,
    state           text not null,
    version         integer not null,
    -- The computed document, its digest, and the digest of what it was computed from.
    document        jsonb not null,
    document_digest bytea not null,
    -- What a manager must settle or accept before approving; not part of what is issued.
    blockers        jsonb not null,
    input_digest    bytea not null,
    -- Facts recorded before this instant were looked at; none after.
    recorded_before timestamptz not null,
    engine_version  text not null,
    total           bigint not null,
    number          text,
    sequence        integer,
    approved_at     timestamptz,
    approved_by     uuid references people,
    issued_at       timestamptz,
    issued_by       uuid references people,
    chain_hash      bytea,
    previous_hash   bytea,
    computed_at     timestamptz not null default now(),
    constraint statements_one_a_month unique (centre_id, company_id, month),
    constraint statements_number_unique unique (number),
    constraint statements_state check (state in ('draft', 'approved', 'issued')),
    constraint statements_issued_complete check (
        (state = 'issued') = (number is not null and sequence is not null and issued_at is not null
            and issued_by is not null and chain_hash is not null and previous_hash is not null)
    )
);
create index statements_by_centre on statements (centre_id, id desc);
create unique index statements_sequence_unique on statements (centre_id, month, sequence)
    where sequence is not null;

-- A series a centre and month; its row is locked to give the next number, so that none is left out.
create table statement_series (
    centre_id    uuid not null references centres,
    month        char(7) not null,
    last_number  integer not null,
    last_hash    bytea not null,
    constraint statement_series_key primary key (centre_id, month)
);

create function refuse_issued_change() returns trigger language plpgsql as $$
begin
    if old.state = 'issued' then
        raise exception 'an issued statement is never changed' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger statements_issued_are_frozen before update or delete on statements
    for each row execute function refuse_issued_change();
create function refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception '% holds documents and facts and is never emptied', tg_table_name
        using errcode = 'restrict_violation';
end $$;
create trigger statements_are_kept before truncate on statements
    for each statement execute function refuse_truncate();
