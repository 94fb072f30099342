-- Claims on the payers of programmes (ADR 83): the covered parts of issued documents, each once.
-- New tables alone; the older programs go on and claim nothing.
create table programme_claims (
    id               uuid primary key,
    centre_id        uuid not null references centres,
    -- Numbers follow one another in each year of a centre.
    year             integer not null,
    sequence         integer not null,
    number           text not null,
    programme        text not null,
    payer            text not null,
    -- The first and the last month.
    since            text not null,
    until            text not null,
    amount           bigint not null,
    document         jsonb not null,
    document_digest  bytea not null,
    due_on           date not null,
    made_by          uuid not null references people,
    made_at          timestamptz not null,
    constraint programme_claims_number unique (centre_id, year, sequence),
    constraint programme_claims_range check (since <= until),
    constraint programme_claims_amount check (amount > 0)
);
create index programme_claims_by_centre on programme_claims (centre_id, made_at desc, id desc);

-- The documents on a claim: a statement (''), a correction (C01) or a void (V).
create table programme_claim_documents (
    claim_id      uuid not null references programme_claims,
    centre_id     uuid not null references centres,
    statement_id  uuid not null references statements,
    part          text not null,
    programme     text not null,
    payer         text not null,
    amount        bigint not null,
    -- No document is claimed twice of one payer, whoever claims at the same time.
    constraint programme_claim_documents_once unique (statement_id, part, programme, payer)
);
create index programme_claim_documents_by_claim on programme_claim_documents (claim_id);

-- A claim is the sum of its documents, at the end of its transaction and forever.
create function programme_claim_adds_up() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    asked uuid := case tg_table_name when 'programme_claims' then (to_jsonb(new) ->> 'id')::uuid
        else (to_jsonb(new) ->> 'claim_id')::uuid end;
begin
    if (select amount from programme_claims where id = asked) is distinct from (
        select sum(d.amount)
        from programme_claim_documents d
        join programme_claims c on c.id = d.claim_id and c.centre_id = d.centre_id
            and c.programme = d.programme and c.payer = d.payer
        where d.claim_id = asked
    ) then
        raise check_violation using message = 'a claim is the sum of its documents',
            constraint = 'programme_claims_sum';
    end if;
    return null;
end $$;
revoke execute on function programme_claim_adds_up() from public;
do $$
declare
    name text;
begin
    foreach name in array array['programme_claims', 'programme_claim_documents'] loop
        execute 'create constraint trigger ' || name || '_add_up after insert on ' || name
            || ' deferrable initially deferred for each row'
            || ' execute function programme_claim_adds_up()';
        execute 'create trigger ' || name || '_are_facts before update or delete on ' || name
            || ' for each row execute function refuse_change()';
        execute 'create constraint trigger ' || name || '_audited after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'revoke update, delete on ' || name || ' from gadong_app, gadong_system';
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
select close_to_public();
