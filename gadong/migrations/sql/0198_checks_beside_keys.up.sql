-- Checks hold the row that a new one belongs to. A foreign key has shared that row before them, so
-- of several that meet each waited for what the others had shared. `for no key update` stands
-- beside such a share, and still lets one check go after the other.
-- Functions change under the names that the triggers call.
create or replace function check_deposit() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from tenancies
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
    for no key update;
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

create or replace function check_storage_move() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from storage_lots
    where id = new.lot_id and centre_id = new.centre_id and company_id = new.company_id
    for no key update;
    if not found then
        raise check_violation using
            message = 'a move is of its lot', constraint = 'storage_moves_of_lot';
    end if;
    if new.reverses is not null and not exists (
        select from storage_moves m
        where m.id = new.reverses and m.reverses is null and m.lot_id = new.lot_id
          and m.moved_on = new.moved_on and m.change = new.change
    ) then
        raise check_violation using
            message = 'a reversal is of the move that it names',
                constraint = 'storage_moves_reversal';
    end if;
    if (
        select min(stock)
        from (
            select sum(sum(m.change)) over (order by m.moved_on) as stock
            from storage_moves m
            where m.lot_id = new.lot_id and m.reverses is null
              and not exists (select from storage_moves r where r.reverses = m.id)
            group by m.moved_on
        ) days
    ) < 0 then
        raise check_violation using
            message = 'stock is never below nothing', constraint = 'storage_moves_stock';
    end if;
    return new;
end $$;

create or replace function tenancy_begins() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.renews is not null then
        -- The contract before is held, so that its end is not moved meanwhile.
        perform from tenancies
        where id = new.renews and unit_id = new.unit_id and company_id = new.company_id
            and not isempty(during) and upper(during) = new.since
        for no key update;
        if not found then
            raise check_violation using
                message = 'a renewal begins as the contract before it ends',
                    constraint = 'tenancies_renewal';
        end if;
    end if;
    new.during := daterange(new.since, new.agreed_until);
    return new;
end $$;

create or replace function end_tenancy() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from tenancies
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
        and since <= new.until
    for no key update;
    if not found then
        raise check_violation using
            message = 'a tenancy ends after it begins', constraint = 'tenancy_ends_after_begin';
    end if;
    if exists (
        select from tenancies where renews = new.tenancy_id and not isempty(during)
    ) then
        raise check_violation using
            message = 'a renewal goes on from the end', constraint = 'tenancy_ends_renewed';
    end if;
    -- Read after the row is held: another's decision may have been recorded later than this one.
    update tenancies t
    set during = daterange(t.since, (
        select e.until
        from tenancy_ends e
        where e.tenancy_id = t.id
        order by e.recorded_at desc, e.id desc
        limit 1
    ))
    where t.id = new.tenancy_id;
    return new;
end $$;

create or replace function bank_entries_settled_once() returns trigger
    language plpgsql security definer
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
    for no key update;
    perform from transfers where id = new.transfer_id for no key update;
    perform from payments where id = new.payment_id for no key update;
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
