-- Tenancies (입주공간): firms that rent a unit by the month, and what was decided on their ends.
-- New tables alone; the older programs go on, which know nothing of them and draft no rent.
create table units (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    name         text not null,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint units_name unique (centre_id, name),
    constraint units_named check (name <> '')
);

create table tenancies (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    unit_id       uuid not null references units,
    company_id    uuid not null references companies,
    since         date not null,
    -- The day after the last, as the contract has it.
    agreed_until  date,
    rent          integer not null,
    maintenance   integer not null,
    tax_type      text not null,
    -- The contract that this one goes on from.
    renews        uuid references tenancies,
    note          text not null,
    recorded_by   uuid not null references people,
    recorded_at   timestamptz not null,
    -- The days as decided last. Triggers write it, for the constraint.
    during        daterange not null default 'empty',
    constraint tenancies_days check (since < agreed_until),
    constraint tenancies_won check (
        rent between 0 and 100000000 and maintenance between 0 and 100000000
    ),
    constraint tenancies_tax_type check (tax_type in ('taxable_10', 'exempt', 'out_of_scope')),
    -- No two firms have a unit on one day. Code depends on the constraint's name.
    constraint tenancies_no_overlap exclude using gist (unit_id with =, during with &&)
);
create index tenancies_by_company on tenancies (centre_id, company_id);

create table tenancy_ends (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    tenancy_id   uuid not null references tenancies,
    until        date not null,
    notice_on    date,
    reason       text not null,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint tenancy_ends_reason check (reason <> '')
);
create index tenancy_ends_by_tenancy on tenancy_ends (tenancy_id, recorded_at desc, id desc);

create function tenancy_begins() returns trigger language plpgsql as $$
begin
    new.during := daterange(new.since, new.agreed_until);
    return new;
end $$;
create trigger tenancies_begin before insert on tenancies
    for each row execute function tenancy_begins();

-- What a contract says never changes; its days follow the last decision.
create function keep_tenancy() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or to_jsonb(new) - 'during' is distinct from to_jsonb(old) - 'during' then
        raise restrict_violation using message = 'a tenancy is a fact and is never changed';
    end if;
    return new;
end $$;
create trigger tenancies_are_facts before update or delete on tenancies
    for each row execute function keep_tenancy();

create function end_tenancy() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update tenancies set during = daterange(since, new.until)
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
        and since <= new.until;
    if not found then
        raise check_violation using
            message = 'a tenancy ends after it begins', constraint = 'tenancy_ends_after_begin';
    end if;
    return new;
end $$;
revoke execute on function end_tenancy() from public;
create trigger tenancy_ends_hold after insert on tenancy_ends
    for each row execute function end_tenancy();
create trigger tenancy_ends_are_facts before update or delete on tenancy_ends
    for each row execute function refuse_change();
create trigger units_are_facts before update or delete on units
    for each row execute function refuse_change();

create constraint trigger units_audited after insert on units
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger tenancies_audited after insert on tenancies
    deferrable initially deferred for each row execute function audit_row();
create constraint trigger tenancy_ends_audited after insert on tenancy_ends
    deferrable initially deferred for each row execute function audit_row();

revoke update, delete on units, tenancies, tenancy_ends from gadong_app, gadong_system;
alter table units enable row level security;
alter table tenancies enable row level security;
alter table tenancy_ends enable row level security;
create policy permitted on units to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on units to gadong_system using (true);
create policy written on units as restrictive for insert to gadong_app
    with check (centre_id = any ((select permit_centres())::uuid[]));
do $$
declare
    name text;
begin
    foreach name in array array['tenancies', 'tenancy_ends'] loop
        execute 'create policy permitted on ' || name || ' to gadong_app using ('
            || 'centre_id = any ((select permit_centres())::uuid[])'
            || ' or company_id = any ((select permit_companies())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
        execute 'create policy written on ' || name || ' as restrictive for insert to gadong_app'
            || ' with check (centre_id = any ((select permit_centres())::uuid[]))';
    end loop;
end $$;
select close_to_public();
