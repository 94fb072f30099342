-- Commissioned work (의뢰, ADR 79): what a firm lets the centre measure or make, as a case.
-- New tables alone; the older programs go on, which know nothing of them.

-- The last number of a centre's year; the trigger below alone writes it.
create table commission_series (
    centre_id  uuid not null references centres,
    year       integer not null,
    last       integer not null,
    constraint commission_series_key primary key (centre_id, year)
);
revoke insert, update, delete on commission_series from gadong_app, gadong_system;

create table commissions (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    company_id    uuid not null references companies,
    -- The person who asked; nobody where the desk entered it.
    person_id     uuid references people,
    year          integer not null,
    sequence      integer not null,
    subject       text not null,
    wish          text not null default '',
    state         text not null,
    is_urgent     boolean not null default false,
    due_on        date,
    -- An amount to be paid before the work; whole won, with the tax.
    prepayment    bigint not null default 0,
    reason        text not null default '',
    requested_at  timestamptz not null,
    constraint commissions_number unique (centre_id, year, sequence),
    constraint commissions_state check (
        state in ('requested', 'quoted', 'accepted', 'received', 'working', 'done', 'handed_over',
            'declined', 'withdrawn')
    ),
    constraint commissions_due check (
        state not in ('received', 'working', 'done', 'handed_over') or due_on is not null
    ),
    constraint commissions_prepayment check (prepayment >= 0)
);
create index commissions_by_centre on commissions (centre_id, requested_at desc, id desc);
create constraint trigger commissions_audited after insert or update or delete on commissions
    deferrable initially deferred for each row execute function audit_row();

-- Numbers follow one another without a gap: the series' row is held until the case is kept.
create function number_commission() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.state <> 'requested' then
        raise exception 'a commission begins with its request'
            using errcode = 'restrict_violation', constraint = 'commissions_steps';
    end if;
    new.year := extract(year from new.requested_at at time zone (
        select c.zone from centres c where c.id = new.centre_id
    ));
    insert into commission_series as s (centre_id, year, last)
    values (new.centre_id, new.year, 1)
    on conflict (centre_id, year) do update set last = s.last + 1
    returning s.last into new.sequence;
    return new;
end $$;
-- Triggers of one kind fire in the order of their names: a case that is refused takes no number.
create trigger commissions_a_served before insert on commissions
    for each row execute function need_served();
create trigger commissions_numbered before insert on commissions
    for each row execute function number_commission();

-- The steps of gadong/commissions/domain/commission.py, whatever a service forgets to ask.
create function commission_follows() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
begin
    if (new.id, new.centre_id, new.company_id, new.person_id, new.year, new.sequence,
            new.subject, new.wish, new.requested_at)
        is distinct from (old.id, old.centre_id, old.company_id, old.person_id, old.year,
            old.sequence, old.subject, old.wish, old.requested_at)
    then
        raise exception 'a commission stays what was asked for'
            using errcode = 'restrict_violation', constraint = 'commissions_request';
    end if;
    if new.state <> old.state and old.state || ' ' || new.state not in (
        'requested quoted', 'requested received', 'requested declined', 'requested withdrawn',
        'quoted accepted', 'quoted declined', 'quoted withdrawn',
        'accepted quoted', 'accepted received', 'accepted declined', 'accepted withdrawn',
        'received working', 'received done', 'received declined',
        'working done', 'working declined',
        'done working', 'done handed_over', 'handed_over working'
    ) then
        raise exception 'a commission does not go from % to %', old.state, new.state
            using errcode = 'restrict_violation', constraint = 'commissions_steps';
    end if;
    return new;
end $$;
create trigger commissions_follow before update on commissions
    for each row execute function commission_follows();

-- The quantities that are to be done, each in the measure of the tariff's good.
create table commission_items (
    id             uuid primary key,
    commission_id  uuid not null references commissions,
    centre_id      uuid not null references centres,
    company_id     uuid not null references companies,
    position       integer not null,
    good           text not null,
    name_ko        text not null,
    name_en        text not null,
    measure        text not null,
    quantity       numeric not null,
    -- The booking of the machine on which it was done, where there is one.
    booking_id     uuid references bookings,
    -- The entry that charged it, once it is done.
    entry_id       uuid references entries,
    constraint commission_items_place unique (commission_id, position),
    constraint commission_items_position check (position between 1 and 20),
    constraint commission_items_quantity check (quantity > 0 and quantity <= 1000000),
    constraint commission_items_charged_once unique (entry_id)
);
create constraint trigger commission_items_audited
    after insert or update or delete on commission_items
    deferrable initially deferred for each row execute function audit_row();

-- Of a case that is done or over, no item changes.
create function commission_is_open() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    standing text := (
        select c.state
        from commissions c
        where c.id = coalesce(new.commission_id, old.commission_id)
    );
begin
    if standing in ('done', 'handed_over', 'declined', 'withdrawn') then
        raise exception 'the items of a commission that is % stay', standing
            using errcode = 'restrict_violation', constraint = 'commission_items_open';
    end if;
    return coalesce(new, old);
end $$;
create trigger commission_items_open before insert or update or delete on commission_items
    for each row execute function commission_is_open();

-- The steps of each case, with what each said: a quote's items and sums, for instance.
create table commission_events (
    id             uuid primary key,
    commission_id  uuid not null references commissions,
    centre_id      uuid not null references centres,
    company_id     uuid not null references companies,
    step           text not null,
    state          text not null,
    at             timestamptz not null,
    reason         text not null default '',
    data           jsonb not null default '{}',
    recorded_by    uuid references people,
    recorded_at    timestamptz not null,
    constraint commission_events_state check (
        state in ('requested', 'quoted', 'accepted', 'received', 'working', 'done', 'handed_over',
            'declined', 'withdrawn')
    )
);
create index commission_events_by_commission on commission_events (commission_id, recorded_at, id);
create trigger commission_events_are_facts before update or delete on commission_events
    for each row execute function refuse_change();

revoke execute on function number_commission(), commission_follows(), commission_is_open()
    from public;
revoke delete on commissions from gadong_app, gadong_system;
revoke update, delete on commission_events from gadong_app, gadong_system;

alter table commission_series enable row level security;
create policy permitted on commission_series for select to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on commission_series to gadong_system using (true);
do $$
declare
    name text;
begin
    foreach name in array array['commissions', 'commission_items', 'commission_events'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name || ' to gadong_app using ('
            || 'centre_id = any ((select permit_centres())::uuid[])'
            || ' or company_id = any ((select permit_companies())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
select close_to_public();
