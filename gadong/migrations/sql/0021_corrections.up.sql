-- A void statement keeps its number and frees its month for another one.
alter table statements
    drop constraint statements_one_a_month,
    drop constraint statements_state,
    drop constraint statements_issued_complete,
    add constraint statements_state check (state in ('draft', 'approved', 'issued', 'void')),
    add constraint statements_issued_complete check (
        (state in ('issued', 'void')) = (number is not null and sequence is not null
            and issued_at is not null
            and issued_by is not null and chain_hash is not null and previous_hash is not null)
    );
create unique index statements_one_a_month on statements (centre_id, company_id, month)
where state <> 'void';

-- Why a statement was made void. A fact.
create table statement_voids (
    statement_id  uuid primary key references statements,
    centre_id     uuid not null references centres,
    reason        text not null,
    voided_by     uuid not null references people,
    voided_at     timestamptz not null
);
create trigger statement_voids_are_facts before update or delete on statement_voids
    for each row execute function refuse_change();

-- An issued statement becomes void and nothing else; a void one is never changed.
create or replace function refuse_issued_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state = 'issued' and new.state = 'void' then
        new.state := 'issued';
        new.version := old.version;
        if new is not distinct from old then
            new.state := 'void';
            new.version := old.version + 1;
            return new;
        end if;
    end if;
    if old.state in ('issued', 'void') then
        raise exception 'an issued statement is never changed' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

-- Documents that change an issued statement by a stated difference: issued as they are made,
-- frozen, chained to it.
create table corrections (
    id               uuid primary key,
    centre_id        uuid not null references centres,
    statement_id     uuid not null references statements,
    sequence         integer not null,
    number           text not null,
    difference       bigint not null,
    document         jsonb not null,
    document_digest  bytea not null,
    input_digest     bytea not null,
    recorded_before  timestamptz not null,
    engine_version   text not null,
    issued_at        timestamptz not null,
    issued_by        uuid not null references people,
    chain_hash       bytea not null,
    previous_hash    bytea not null,
    constraint corrections_number_unique unique (number),
    constraint corrections_in_order unique (statement_id, sequence)
);
create trigger corrections_are_facts before update or delete on corrections
    for each row execute function refuse_change();
create trigger corrections_are_kept before truncate on corrections
    for each statement execute function refuse_truncate();

-- That a tax invoice was issued elsewhere for a statement or a correction, and under which
-- approval. A fact.
create table tax_invoices (
    id             uuid primary key,
    centre_id      uuid not null references centres,
    statement_id   uuid not null references statements,
    correction_id  uuid references corrections,
    approval       char(24) not null,
    reason_code    char(2),
    written_on     date not null,
    issued_on      date not null,
    recorded_by    uuid not null references people,
    recorded_at    timestamptz not null,
    constraint tax_invoices_approval_unique unique (approval),
    constraint tax_invoices_approval_form check (approval ~ '^[0-9A-Za-z]{24}$')
);
create index tax_invoices_by_statement on tax_invoices (statement_id);
create trigger tax_invoices_are_facts before update or delete on tax_invoices
    for each row execute function refuse_change();
