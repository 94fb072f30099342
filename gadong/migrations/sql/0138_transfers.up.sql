-- Money of a firm that is not one statement's alone (ADR 68): a transfer over several statements,
-- its rest as a credit, set off later, and the refund of a credit.
-- The column takes an ACCESS EXCLUSIVE lock for an instant and rewrites nothing. The older programs
-- go on: they enter payments without a transfer, which the new ones read as before.
create table transfers (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    -- The transfer itself, or the one that a refund or a taken back entry belongs to.
    root_id      uuid not null references transfers,
    amount       bigint not null,
    is_refund    boolean not null default false,
    paid_on      date not null,
    note         text not null,
    reverses     uuid references transfers,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint transfers_reverse_once unique (reverses),
    constraint transfers_sign check (
        amount <> 0 and (amount < 0) = (is_refund <> (reverses is not null))
    ),
    constraint transfers_root check (
        (root_id = id) = (not is_refund and reverses is null)
    )
);
create index transfers_by_company on transfers (centre_id, company_id);
create index transfers_by_root on transfers (root_id);
create trigger transfers_are_facts before update or delete on transfers
    for each row execute function refuse_change();
create constraint trigger transfers_audited after insert on transfers
    deferrable initially deferred for each row execute function audit_row();

alter table payments add column transfer_id uuid references transfers;
create index payments_by_transfer on payments (transfer_id) where transfer_id is not null;

-- What is allotted to statements and refunded is never more than came, and a payment by a transfer
-- is of the firm that sent it. Code depends on the constraint's name.
create function transfers_not_overspent() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    root uuid;
begin
    if tg_table_name = 'transfers' then
        root := new.root_id;
    else
        root := new.transfer_id;
        if not exists (
            select
            from transfers t
            join statements s on s.id = new.statement_id
            where t.id = root and t.root_id = t.id and t.company_id = s.company_id
                and t.centre_id = new.centre_id
        ) or new.is_written_off then
            raise exception 'this transfer is not of the statement''s firm'
                using errcode = 'check_violation', constraint = 'transfers_not_overspent';
        end if;
    end if;
    if (select coalesce(sum(amount), 0) from transfers where root_id = root)
        < (select coalesce(sum(amount), 0) from payments where transfer_id = root)
    then
        raise exception 'more is allotted than came'
            using errcode = 'check_violation', constraint = 'transfers_not_overspent';
    end if;
    return null;
end $$;
revoke execute on function transfers_not_overspent() from public;
create constraint trigger transfers_not_overspent after insert on transfers
    deferrable initially deferred for each row execute function transfers_not_overspent();
create constraint trigger payments_not_overspent after insert on payments
    deferrable initially deferred for each row when (new.transfer_id is not null)
    execute function transfers_not_overspent();

revoke update, delete on transfers from gadong_app, gadong_system;
alter table transfers enable row level security;
create policy permitted on transfers to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy written on transfers as restrictive for insert to gadong_app
    with check (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on transfers to gadong_system using (true);
select close_to_public();
