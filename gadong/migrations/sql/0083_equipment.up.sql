-- Counted equipment of a centre: probe heads, chucks, chairs, bench places.
create table equipment (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    slug        text not null,
    name_ko     text not null,
    name_en     text not null,
    -- None means that the centre has it no more; its history stays.
    units       integer not null,
    constraint equipment_once unique (centre_id, slug),
    constraint equipment_of_centre unique (centre_id, id),
    constraint equipment_units check (units between 0 and 200)
);

-- Equipment that a booking of a machine needs: so many units of any of the named.
create table equipment_needs (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    -- Null for every mode of use.
    usage_mode   text,
    any_of       uuid[] not null,
    units        integer not null,
    constraint equipment_needs_any_of
        check (cardinality(any_of) between 1 and 20 and array_position(any_of, null) is null),
    constraint equipment_needs_units check (units between 1 and 20)
);
create index equipment_needs_by_machine on equipment_needs (machine_id);

-- The states of a booking in which its equipment is held; a checked-out booking holds none.
create function equipment_is_held(state text) returns boolean language sql immutable as $$
    select state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use')
$$;

-- The units that a booking holds. They follow the booking's time and state.
create table equipment_holds (
    booking_id    uuid not null references bookings,
    centre_id     uuid not null references centres,
    equipment_id  uuid not null,
    unit          integer not null,
    during        tstzrange not null,
    is_held       boolean not null,
    primary key (booking_id, equipment_id, unit),
    constraint equipment_holds_equipment foreign key (centre_id, equipment_id)
        references equipment (centre_id, id),
    constraint equipment_holds_unit check (unit >= 1),
    -- The promise that nothing is over-full at any instant. Code depends on this name.
    constraint equipment_holds_one_booking
        exclude using gist (equipment_id with =, unit with =, during with &&) where (is_held)
);
create index equipment_holds_by_centre on equipment_holds using gist (centre_id, during);

-- A unit that is held exists: a smaller number and a new hold wait for each other.
create function check_equipment_hold() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    total integer;
begin
    select units into total from equipment where id = new.equipment_id for share;
    if new.is_held and new.unit > total then
        raise check_violation using
            message = 'there is no such unit', constraint = 'equipment_holds_counted';
    end if;
    return null;
end $$;
create trigger equipment_holds_counted after insert on equipment_holds
    for each row execute function check_equipment_hold();

create function equipment_follows() returns trigger language plpgsql as $$
begin
    update equipment_holds
    set during = new.during, is_held = equipment_is_held(new.state)
    where booking_id = new.id
      and (
        during is distinct from new.during
        or is_held is distinct from equipment_is_held(new.state)
      );
    return null;
end $$;
create trigger bookings_take_their_equipment after update of during, state on bookings
    for each row execute function equipment_follows();

do $$
declare
    name text;
begin
    foreach name in array array['equipment', 'equipment_needs', 'equipment_holds'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
    foreach name in array array['equipment', 'equipment_needs'] loop
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy known on ' || name || ' for select to gadong_app'
            || ' using (centre_id = any ((select permit_entered())::uuid[]))';
        execute 'create constraint trigger ' || name || '_audited'
            || ' after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
create policy permitted on equipment_holds to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
select close_to_public();
