-- Goods that firms store by the day (저온저장고): lots, and what came in and went out of each. New
-- tables alone; the older programs go on without them.
create table storage_lots (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    unit_id      uuid not null references units,
    -- The tariff's good whose price is of one unit and day.
    good         text not null,
    name         text not null,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint storage_lots_named check (good <> '' and name <> '')
);
create index storage_lots_by_company on storage_lots (centre_id, company_id);

create table storage_moves (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    lot_id       uuid not null references storage_lots,
    moved_on     date not null,
    -- Units that came in, or below nothing those that went out.
    change       integer not null,
    place        text not null,
    note         text not null,
    reverses     uuid references storage_moves,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint storage_moves_change check (change <> 0 and abs(change) <= 100000),
    constraint storage_moves_reverse_once unique (reverses)
);
create index storage_moves_by_lot on storage_moves (lot_id, moved_on);

-- On no day do fewer than no units lie there. The lot's row is held, so that two that go out at
-- once are counted one after the other.
create function check_storage_move() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from storage_lots
    where id = new.lot_id and centre_id = new.centre_id and company_id = new.company_id
    for update;
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
revoke execute on function check_storage_move() from public;
create trigger storage_moves_checked after insert on storage_moves
    for each row execute function check_storage_move();
create trigger storage_moves_are_facts before update or delete on storage_moves
    for each row execute function refuse_change();
create trigger storage_lots_are_facts before update or delete on storage_lots
    for each row execute function refuse_change();
create constraint trigger storage_lots_audited after insert on storage_lots
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger storage_moves_audited after insert on storage_moves
    deferrable initially deferred for each row execute function audit_row();

revoke update, delete on storage_lots, storage_moves from gadong_app, gadong_system;
alter table storage_lots enable row level security;
alter table storage_moves enable row level security;
do $$
declare
    name text;
begin
    foreach name in array array['storage_lots', 'storage_moves'] loop
        execute 'create policy permitted on ' || name || ' to gadong_app using ('
            || 'centre_id = any ((select permit_centres())::uuid[])'
            || ' or company_id = any ((select permit_companies())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
        execute 'create policy written on ' || name || ' as restrictive for insert to gadong_app'
            || ' with check (centre_id = any ((select permit_centres())::uuid[]))';
    end loop;
end $$;
select close_to_public();
