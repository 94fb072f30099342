-- Deposits (보증금) of tenancies: money of the tenant that the centre keeps apart from sales, gives
-- back, or keeps for what is owed. A new table alone; the older programs go on without it.
create table deposits (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    -- The first contract of a tenancy; its renewals have the same deposit.
    tenancy_id   uuid not null references tenancies,
    kind         text not null,
    amount       bigint not null,
    paid_on      date not null,
    note         text not null,
    reverses     uuid references deposits,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint deposits_kind check (kind in ('received', 'returned', 'deducted')),
    constraint deposits_amount check (amount between 1 and 100000000000),
    constraint deposits_reverse_once unique (reverses)
);
create index deposits_by_tenancy on deposits (tenancy_id, recorded_at, id);

-- Nobody gives back what is not held. The tenancy's row is held, so that two that go out at once
-- are counted one after the other.
create function check_deposit() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from tenancies
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
    for update;
    if not found then
        raise check_violation using
            message = 'a deposit is of its tenancy', constraint = 'deposits_of_tenancy';
    end if;
    if new.reverses is not null and not exists (
        select from deposits d
        where d.id = new.reverses and d.reverses is null and d.tenancy_id = new.tenancy_id
          and d.kind = new.kind and d.amount = new.amount
    ) then
        raise check_violation using
            message = 'a reversal is of the entry that it names', constraint = 'deposits_reversal';
    end if;
    if (
        select coalesce(sum(case when (kind = 'received') = (reverses is null)
            then amount else -amount end), 0)
        from deposits
        where tenancy_id = new.tenancy_id
    ) < 0 then
        raise check_violation using
            message = 'a deposit is never below nothing', constraint = 'deposits_held';
    end if;
    return new;
end $$;
revoke execute on function check_deposit() from public;
create trigger deposits_checked after insert on deposits
    for each row execute function check_deposit();
create trigger deposits_are_facts before update or delete on deposits
    for each row execute function refuse_change();
create constraint trigger deposits_audited after insert on deposits
    deferrable initially deferred for each row execute function audit_row();

revoke update, delete on deposits from gadong_app, gadong_system;
alter table deposits enable row level security;
create policy permitted on deposits to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
        or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on deposits to gadong_system using (true);
create policy written on deposits as restrictive for insert to gadong_app
    with check (centre_id = any ((select permit_centres())::uuid[]));
select close_to_public();
