-- Shares of a booking's cost (docs/adr/0050-the-cost-of-a-booking-is-divided-by-the-line.md).
-- A row is a company's share as its booker asked for it, with the booking that was asked about.
create table booking_shares (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    booking_id    uuid not null references bookings,
    -- The number of the request, and the company's place in it.
    version       integer not null,
    place         integer not null,
    booker_id     uuid not null references companies,
    company_id    uuid not null references companies,
    booker_parts  integer not null,
    parts         integer not null,
    machine_id    uuid not null references machines,
    during        tstzrange not null,
    usage_mode    text not null,
    asked_by      uuid references people,
    recorded_at   timestamptz not null,
    constraint booking_shares_place unique (booking_id, version, place),
    constraint booking_shares_company unique (booking_id, version, company_id),
    constraint booking_shares_of_companies unique (id, booker_id, company_id),
    constraint booking_shares_version check (version >= 1),
    constraint booking_shares_at_most_eight check (place between 1 and 8),
    constraint booking_shares_parts check (parts between 1 and 1000),
    constraint booking_shares_booker_parts check (booker_parts between 1 and 1000),
    constraint booking_shares_two_companies check (booker_id <> company_id)
);
create index booking_shares_by_company on booking_shares (centre_id, company_id);
create index booking_shares_by_booker on booking_shares (centre_id, booker_id);

-- What a company answered, or that the booker took back what it had asked.
create table booking_share_answers (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    share_id      uuid not null,
    booker_id     uuid not null references companies,
    company_id    uuid not null references companies,
    answer        text not null,
    answered_by   uuid references people,
    recorded_at   timestamptz not null,
    constraint booking_share_answers_share foreign key (share_id, booker_id, company_id)
        references booking_shares (id, booker_id, company_id),
    constraint booking_share_answers_answer
        check (answer in ('consent', 'refuse', 'withdraw', 'take_back'))
);
create index booking_share_answers_by_share on booking_share_answers (share_id);

-- A part is asked for, and answered, before it is fixed: it is fixed at the booking's start or at
-- an earlier cancellation. Code depends on the constraint's name.
create function booking_shares_in_time() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    asked uuid;
begin
    if tg_table_name = 'booking_shares' then
        asked := new.booking_id;
    else
        select booking_id into asked from booking_shares where id = new.share_id;
    end if;
    if exists (
        select from bookings
        where id = asked
            and new.recorded_at >= least(lower(during), coalesce(cancelled_at, lower(during)))
    ) then
        raise exception 'the parts of this booking are fixed'
            using errcode = 'check_violation', constraint = 'booking_shares_in_time';
    end if;
    return new;
end $$;

do $$
declare
    name text;
begin
    foreach name in array array['booking_shares', 'booking_share_answers'] loop
        execute 'create trigger ' || name || '_in_time before insert on ' || name
            || ' for each row execute function booking_shares_in_time()';
        execute 'create trigger ' || name || '_are_facts before update or delete on ' || name
            || ' for each row execute function refuse_change()';
        execute 'create constraint trigger ' || name || '_audited'
            || ' after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'alter table ' || name || ' enable row level security';
        -- Whose a machine's time was is read with its parts, by whoever may enter the centre.
        execute 'create policy permitted on ' || name
            || ' to gadong_app using (centre_id = any ((select permit_entered())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
revoke update, delete on booking_shares, booking_share_answers from gadong_app, gadong_system;
-- People ask and answer in their own name. Only the booker asks and takes back, and only the
-- company itself answers.
create policy written on booking_shares as restrictive for insert to gadong_app with check (
    asked_by = (select permit_by())
    and booker_id = any ((select permit_companies())::uuid[])
    and exists (
        select from bookings b
        where b.id = booking_shares.booking_id
            and b.centre_id = booking_shares.centre_id
            and b.machine_id = booking_shares.machine_id
            and b.company_id = booking_shares.booker_id
    )
);
create policy written on booking_share_answers as restrictive for insert to gadong_app with check (
    answered_by = (select permit_by())
    and case answer when 'take_back' then booker_id else company_id end
        = any ((select permit_companies())::uuid[])
);

-- What a company that has a part must know of the booker: its discounts price the whole booking.
-- They are told of none but those who asked somebody for a share.
create function booker_extras(asked_centre uuid, asked_booker uuid, before timestamptz)
    returns table (name text, during daterange, proof text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select distinct on (e.name) e.name, e.during, e.proof
    from company_extras e
    where e.centre_id = asked_centre and e.company_id = asked_booker and e.recorded_at < before
        and exists (select from booking_shares s
            where s.centre_id = asked_centre and s.booker_id = asked_booker)
    order by e.name, e.recorded_at desc, e.id desc
$$;
create function booker_categories(asked_centre uuid, asked_booker uuid, before timestamptz)
    returns table (category text, during daterange, proof text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select c.category, c.during, c.proof
    from company_categories c
    where c.centre_id = asked_centre and c.company_id = asked_booker and c.recorded_at < before
        and exists (select from booking_shares s
            where s.centre_id = asked_centre and s.booker_id = asked_booker)
    order by c.recorded_at desc
$$;
-- A company that is asked is one that the centre serves; whoever asks sees no other company's rows.
create function is_served(asked_centre uuid, asked_company uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from company_categories c
        where c.centre_id = asked_centre and c.company_id = asked_company)
$$;
revoke execute on function is_served(uuid, uuid), booking_shares_in_time(),
    booker_extras(uuid, uuid, timestamptz), booker_categories(uuid, uuid, timestamptz) from public;
grant execute on function is_served(uuid, uuid), booker_extras(uuid, uuid, timestamptz),
    booker_categories(uuid, uuid, timestamptz) to gadong_app, gadong_system;
select close_to_public();
