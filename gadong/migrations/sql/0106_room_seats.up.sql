-- Rooms with seats that several bookings share. A booking holds seat numbers, and the exclusion
-- constraint keeps each seat of a machine for one booking at an instant; what shares nothing holds
-- every seat that there is or will be. The constraint is built anew under an exclusive lock, some
-- seconds for a million bookings. Multirange aggregates: PostgreSQL 15.
alter table machines
    add column seats integer not null default 1,
    add constraint machines_seats check (seats between 1 and 200);
alter table bookings
    -- The seats that its people come for.
    add column seats integer not null default 1,
    -- Whether it leaves the other seats of its room to others.
    add column shares boolean not null default false,
    add column seat_numbers int4multirange not null default '{[1,)}',
    add constraint bookings_seats check (seats between 1 and 200),
    add constraint bookings_some_seat check (not isempty(seat_numbers)),
    drop constraint bookings_no_overlap,
    add constraint bookings_no_overlap
        exclude using gist (machine_id with =, held with &&, seat_numbers with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course') and not (state = 'pending' and competes));
-- The seats that an entry of the waiting list waits for.
alter table waiting
    add column seats integer not null default 1,
    add constraint waiting_seats check (seats between 1 and 200);

create function holds_seats(state text, competes boolean) returns boolean
    language sql immutable as $$
    select state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
        'course') and not (state = 'pending' and competes)
$$;

create function count_of_seats(seats int4multirange) returns bigint language sql immutable as $$
    select coalesce(sum(upper(part) - lower(part)), 0) from unnest(seats) as part
$$;

-- The seats of a machine that nobody but one booking holds at any instant of a stretch of time.
create function free_seats(machine uuid, around tstzrange, without uuid) returns int4multirange
    language sql stable security definer set search_path = public, pg_temp as $$
    select int4multirange(int4range(1, m.seats + 1)) - coalesce(
        (
            select range_agg(b.seat_numbers)
            from bookings b
            where b.machine_id = m.id
              and b.held && around
              and b.id <> without
              and holds_seats(b.state, b.competes)
        ),
        '{}'
    )
    from machines m
    where m.id = machine
$$;

-- A booking holds the lowest free seats of its room, and keeps those that it has while they are
-- free. The room's lock orders all who write, so that nobody is refused for a chosen seat.
create function take_seats() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    free int4multirange;
    chosen int4multirange;
begin
    if not new.shares then
        new.seat_numbers := '{[1,)}';
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if not holds_seats(new.state, new.competes) then
            return new;
        end if;
        if old.shares and old.held = new.held and old.seats = new.seats
            and old.machine_id = new.machine_id and holds_seats(old.state, old.competes) then
            return new;
        end if;
    end if;
    perform from machines where id = new.machine_id for no key update;
    free := free_seats(new.machine_id, new.held, new.id);
    if tg_op = 'UPDATE' then
        if old.shares and old.seat_numbers <@ free
            and count_of_seats(old.seat_numbers) = new.seats then
            return new;
        end if;
    end if;
    select range_agg(int4range(seat, seat + 1)) into chosen
    from (
        select seat
        from machines m, generate_series(1, m.seats) as seat
        where m.id = new.machine_id and free @> seat
        order by seat
        limit new.seats
    ) as lowest;
    if chosen is null or count_of_seats(chosen) < new.seats then
        if holds_seats(new.state, new.competes) then
            raise exclusion_violation using
                message = 'too few seats are free', constraint = 'bookings_no_overlap';
        end if;
        return new;
    end if;
    new.seat_numbers := chosen;
    return new;
end $$;
create trigger bookings_take_seats
    before insert or update of machine_id, held, state, competes, seats, shares on bookings
    for each row execute function take_seats();

-- A room keeps the seats that bookings to come hold, and nothing observes a room of several seats.
create function check_machine_seats() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if exists (
        select from bookings
        where machine_id = new.id
          and shares
          and holds_seats(state, competes)
          and upper(held) > now()
          and not seat_numbers <@ int4multirange(int4range(1, new.seats + 1))
    ) then
        raise check_violation using
            message = 'bookings to come hold this seat', constraint = 'machines_seats_held';
    end if;
    if new.seats > 1
        and exists (select from sources where machine_id = new.id and retired_at is null) then
        raise check_violation using
            message = 'a source observes this machine', constraint = 'machines_seats_unobserved';
    end if;
    return new;
end $$;
create trigger machines_keep_seats before update of seats on machines
    for each row when (new.seats is distinct from old.seats)
    execute function check_machine_seats();

create function check_source_of_seats() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    total integer;
begin
    if new.retired_at is null then
        select seats into total from machines where id = new.machine_id for share;
        if total > 1 then
            raise check_violation using message = 'a room with seats has no source',
                constraint = 'machines_seats_unobserved';
        end if;
    end if;
    return new;
end $$;
create trigger sources_of_no_seats before insert or update of machine_id, retired_at on sources
    for each row execute function check_source_of_seats();
select close_to_public();
