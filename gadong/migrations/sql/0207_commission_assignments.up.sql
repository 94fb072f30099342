-- Who works on commissioned work, on which machine and when. A new table alone; older programs go
-- on, which show nobody.
create table commission_assignments (
    id             uuid primary key,
    commission_id  uuid not null references commissions,
    centre_id      uuid not null references centres,
    -- One of the centre's staff; nobody where the machine's time alone is named.
    person_id      uuid references people,
    -- The firm's booking whose machine and time it is, wherever that is moved.
    booking_id     uuid references bookings,
    -- The machine and the time of the centre's own use, which no booking holds.
    machine_id     uuid references machines,
    during         tstzrange,
    recorded_by    uuid references people,
    recorded_at    timestamptz not null,
    ended_by       uuid references people,
    ended_at       timestamptz,
    constraint commission_assignments_said check (
        person_id is not null or booking_id is not null or machine_id is not null
    ),
    constraint commission_assignments_time check (
        (machine_id is null) = (during is null)
            and (machine_id is null or booking_id is null)
            and not coalesce(isempty(during), false)
    )
);
create index commission_assignments_by_commission on commission_assignments (commission_id);
-- Code depends on the name: nobody is named twice for the same.
create unique index commission_assignments_once on commission_assignments
    (commission_id, person_id, booking_id, machine_id, during) nulls not distinct
    where ended_at is null;

-- An assignment is of its case's centre, and a booking of its firm. It stays as it was made, and
-- ends once. The case's row is held, so that it is not over meanwhile.
create function check_commission_assignment() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    work commissions;
begin
    if tg_op = 'DELETE' or tg_op = 'UPDATE' and (
        old.ended_at is not null or new.ended_at is null
        or to_jsonb(new) - array['ended_at', 'ended_by']
            is distinct from to_jsonb(old) - array['ended_at', 'ended_by']
    ) then
        raise restrict_violation using
            message = 'an assignment ends once and changes no more';
    end if;
    select * into work
    from commissions c
    where c.id = new.commission_id and c.centre_id = new.centre_id
    for no key update;
    if not found then
        raise check_violation using
            message = 'an assignment is of its case', constraint = 'commission_assignments_case';
    end if;
    if work.state in ('handed_over', 'declined', 'withdrawn') then
        raise restrict_violation using
            message = 'the work of a case that is over stays',
                constraint = 'commission_assignments_open';
    end if;
    if new.booking_id is not null and not exists (
        select from bookings b
        where b.id = new.booking_id and b.centre_id = work.centre_id
          and b.company_id = work.company_id
    ) then
        raise check_violation using
            message = 'a booking is of the firm of its case',
                constraint = 'commission_assignments_booking';
    end if;
    if new.machine_id is not null and not exists (
        select from machines m where m.id = new.machine_id and m.centre_id = work.centre_id
    ) then
        raise check_violation using
            message = 'a machine is of the centre of its case',
                constraint = 'commission_assignments_machine';
    end if;
    return new;
end $$;
revoke execute on function check_commission_assignment() from public;
create trigger commission_assignments_checked before insert or update or delete
    on commission_assignments
    for each row execute function check_commission_assignment();
create constraint trigger commission_assignments_audited
    after insert or update or delete on commission_assignments
    deferrable initially deferred for each row execute function audit_row();
revoke delete on commission_assignments from gadong_app, gadong_system;
alter table commission_assignments enable row level security;
-- Names of staff are for the desk: a firm's permit reads no row.
create policy permitted on commission_assignments to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on commission_assignments to gadong_system using (true);
select close_to_public();
