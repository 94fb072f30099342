-- Technicians, who assist at a centre's machines of some kinds, in the shifts of every week.
create table technicians (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    person_id   uuid not null references people,
    kinds       text[] not null,
    -- Weekdays with hours, as opening hours have them.
    shifts      jsonb not null,
    constraint technicians_once unique (centre_id, person_id),
    constraint technicians_kinds
        check (cardinality(kinds) <= 100 and array_position(kinds, null) is null),
    constraint technicians_shifts check (jsonb_typeof(shifts) = 'array')
);

-- When a technician is away. The reason is nobody's business and is not kept.
create table technician_absences (
    id          uuid primary key,
    centre_id   uuid not null,
    person_id   uuid not null,
    during      tstzrange not null,
    -- Who is there after all has no absence any more.
    removed_at  timestamptz,
    constraint technician_absences_technician foreign key (centre_id, person_id)
        references technicians (centre_id, person_id) on delete cascade,
    constraint technician_absences_half_open check (
        not isempty(during) and lower_inc(during) and not upper_inc(during)
        and lower(during) > '-infinity' and upper(during) < 'infinity'
    )
);
create index technician_absences_by_centre on technician_absences using gist (centre_id, during);

-- The states of a booking in which its technician is held; who checked out needs nobody any more.
create function assistance_is_held(state text) returns boolean language sql immutable as $$
    select state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
$$;

-- The technician of an assisted booking. It follows the booking's time and state.
create table assistances (
    booking_id     uuid primary key references bookings,
    centre_id      uuid not null references centres,
    technician_id  uuid not null references people,
    during         tstzrange not null,
    is_held        boolean not null,
    -- The promise that no technician is in two places at once. Code depends on this name.
    constraint assistances_one_place
        exclude using gist (technician_id with =, during with &&) where (is_held)
);
create index assistances_by_centre on assistances using gist (centre_id, during);

create function assistance_follows() returns trigger language plpgsql as $$
begin
    update assistances
    set during = new.during, is_held = assistance_is_held(new.state)
    where booking_id = new.id
      and (
        during is distinct from new.during
        or is_held is distinct from assistance_is_held(new.state)
      );
    return null;
end $$;
create trigger bookings_take_their_technician after update of during, state on bookings
    for each row execute function assistance_follows();

do $$
declare
    name text;
begin
    foreach name in array array['technicians', 'technician_absences', 'assistances'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_entered())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
    foreach name in array array['technicians', 'technician_absences'] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
select close_to_public();
