-- Lines of a bank's statement that brought money (ADR 77): imported once, and settled once by a
-- person. New tables alone; the older programs go on, which know nothing of them.
create table bank_entries (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    came_on      date not null,
    came_at      text not null,
    amount       bigint not null,
    payer        text not null,
    memo         text not null,
    balance      bigint,
    -- Of the day, the time, the amount, the payer and the place among equal lines.
    digest       bytea not null,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint bank_entries_once unique (centre_id, digest),
    constraint bank_entries_brought check (amount between 1 and 1000000000000),
    constraint bank_entries_time check (came_at ~ '^([0-2][0-9]:[0-5][0-9]:[0-5][0-9])?$')
);
create index bank_entries_by_day on bank_entries (centre_id, came_on);
create trigger bank_entries_are_facts before update or delete on bank_entries
    for each row execute function refuse_change();
create constraint trigger bank_entries_audited after insert on bank_entries
    deferrable initially deferred for each row execute function audit_row();

-- What a person decided of a line: it was entered as a firm's transfer, had been entered before by
-- hand (a transfer or a payment), or is no firm's money for a statement.
create table bank_settlements (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    entry_id     uuid not null references bank_entries,
    kind         text not null,
    transfer_id  uuid references transfers,
    payment_id   uuid references payments,
    reason       text not null,
    reverses     uuid references bank_settlements,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint bank_settlements_reverse_once unique (reverses),
    constraint bank_settlements_kind check (
        case kind
            when 'entered' then transfer_id is not null and payment_id is null
            when 'linked' then (transfer_id is null) <> (payment_id is null)
            when 'aside' then transfer_id is null and payment_id is null and reason <> ''
            else false
        end
    )
);
create index bank_settlements_by_entry on bank_settlements (entry_id);
create index bank_settlements_by_transfer on bank_settlements (transfer_id)
where transfer_id is not null;
create index bank_settlements_by_payment on bank_settlements (payment_id)
where payment_id is not null;
create trigger bank_settlements_are_facts before update or delete on bank_settlements
    for each row execute function refuse_change();
create constraint trigger bank_settlements_audited after insert on bank_settlements
    deferrable initially deferred for each row execute function audit_row();

-- A line is settled once at a time, by money of its own amount that is no other line's. Code
-- depends on the constraint's name. The rows are held, so that of two who settle at once one waits.
-- Taking the money back opens the line again.
create function bank_entries_settled_once() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    won bigint;
    by_entry bigint;
    by_transfer bigint;
    by_payment bigint;
begin
    select amount into won
    from bank_entries
    where id = new.entry_id and centre_id = new.centre_id
    for update;
    perform from transfers where id = new.transfer_id for update;
    perform from payments where id = new.payment_id for update;
    select count(*) filter (where s.entry_id = new.entry_id),
        count(*) filter (where s.transfer_id = new.transfer_id),
        count(*) filter (where s.payment_id = new.payment_id)
    into by_entry, by_transfer, by_payment
    from bank_settlements s
    where (s.entry_id = new.entry_id or s.transfer_id = new.transfer_id
            or s.payment_id = new.payment_id)
        and s.reverses is null
        and not exists (select from bank_settlements r where r.reverses = s.id)
        and not exists (select from transfers t where t.reverses = s.transfer_id)
        and not exists (select from payments p where p.reverses = s.payment_id);
    if won is null or by_entry > 1 or by_transfer > 1 or by_payment > 1
        or new.transfer_id is not null and not exists (
            select
            from transfers t
            where t.id = new.transfer_id and t.root_id = t.id and t.amount = won
                and t.centre_id = new.centre_id
        )
        or new.payment_id is not null and not exists (
            select
            from payments p
            where p.id = new.payment_id and p.amount = won and p.centre_id = new.centre_id
                and p.transfer_id is null and not p.is_written_off
        )
        or new.reverses is not null and not exists (
            select
            from bank_settlements s
            where s.id = new.reverses and s.entry_id = new.entry_id and s.reverses is null
                and s.kind <> 'entered'
        )
    then
        raise exception 'this line is settled already, or with other money'
            using errcode = 'check_violation', constraint = 'bank_entries_settled_once';
    end if;
    return null;
end $$;
revoke execute on function bank_entries_settled_once() from public;
create trigger bank_entries_settled_once after insert on bank_settlements
    for each row execute function bank_entries_settled_once();

-- The fields of the headings in a centre's bank tables, as its imports had them.
create table bank_columns (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    fields       jsonb not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null,
    constraint bank_columns_is_object check (jsonb_typeof(fields) = 'object')
);
create index bank_columns_by_centre on bank_columns (centre_id, recorded_at desc);
create trigger bank_columns_are_facts before update or delete on bank_columns
    for each row execute function refuse_change();
create constraint trigger bank_columns_audited after insert on bank_columns
    deferrable initially deferred for each row execute function audit_row();

revoke update, delete on bank_entries, bank_settlements, bank_columns
    from gadong_app, gadong_system;
do $$
declare
    name text;
begin
    foreach name in array array['bank_entries', 'bank_settlements', 'bank_columns'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name
            || ' to gadong_app using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
select close_to_public();
