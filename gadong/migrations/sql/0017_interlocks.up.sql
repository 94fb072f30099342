-- What keeps a machine from being started without a right to it: the source that is switched, and
-- what must hold before.
create table interlocks (
    machine_id      uuid primary key references machines,
    centre_id       uuid not null references centres,
    source_id       uuid not null references sources,
    fails           text not null,
    quiet           interval not null,
    cool_below      double precision not null,
    shares_circuit  uuid[] not null default '{}',
    set_by          uuid not null references people,
    set_at          timestamptz not null,
    -- What managers were last told is wrong; null while nothing is.
    alarm           text,
    alarmed_at      timestamptz,
    constraint interlocks_one_source unique (source_id),
    constraint interlocks_fails check (fails in ('open', 'closed')),
    constraint interlocks_bounds check (quiet between interval '0' and interval '1 day'
        and cool_below between 20 and 300)
);

-- A manager's word over an interlock; the latest counts, and one that is lifted has no hold. A
-- fact.
create table interlock_holds (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    is_held     boolean not null,
    -- Where it is to stand; null: it is left alone.
    latch       text,
    reason      text not null,
    held_by     uuid not null references people,
    at          timestamptz not null,
    constraint interlock_holds_latch check (latch in ('enabled', 'inhibited'))
);
create index interlock_holds_by_machine on interlock_holds (machine_id, at desc);
create trigger interlock_holds_are_facts before update or delete on interlock_holds
    for each row execute function refuse_change();

-- Every order given, with what was seen before it. Only what became of it is added, once.
create table interlock_commands (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    source_id    uuid not null references sources,
    wanted       text not null,
    why          text not null,
    booking_id   uuid references bookings,
    ordered_by   uuid references people,
    seen         jsonb not null,
    issued_at    timestamptz not null,
    expires_at   timestamptz not null,
    outcome      text,
    settled_at   timestamptz,
    answered_by  uuid,
    constraint interlock_commands_wanted check (wanted in ('enabled', 'inhibited')),
    constraint interlock_commands_outcome
        check (outcome in ('confirmed', 'refused', 'contradicted', 'silent', 'unsent')),
    constraint interlock_commands_settled check ((outcome is null) = (settled_at is null))
);
create index interlock_commands_by_machine
    on interlock_commands (machine_id, issued_at desc, id desc);

create function settle_command_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.outcome is null
        and (old.id, old.centre_id, old.machine_id, old.source_id, old.wanted, old.why, old.seen,
            old.issued_at, old.expires_at)
            = (new.id, new.centre_id, new.machine_id, new.source_id, new.wanted, new.why, new.seen,
                new.issued_at, new.expires_at)
        and (old.booking_id, old.ordered_by) is not distinct from (new.booking_id, new.ordered_by)
            then
        return new;
    end if;
    raise exception 'a command is a fact; only its outcome is added, once'
        using errcode = 'restrict_violation';
end $$;
create trigger interlock_commands_are_facts before update or delete on interlock_commands
    for each row execute function settle_command_once();
