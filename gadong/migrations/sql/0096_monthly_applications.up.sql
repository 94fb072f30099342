-- Monthly applications (docs/adr/0046-a-draw-is-committed-before-it-is-made.md).
-- A round holds the applications for one machine and month.
create table application_rounds (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    machine_id    uuid not null references machines,
    month         text not null,
    during        tstzrange not null,
    ordering      text[] not null,
    -- The digest is published when the window opens, and the seed with the draw.
    seed_digest   bytea not null,
    committed_at  timestamptz not null,
    seed          bytea,
    drawn_at      timestamptz,
    constraint application_rounds_once unique (machine_id, month),
    constraint application_rounds_of_machine unique (centre_id, machine_id, id),
    constraint application_rounds_month check (month ~ '^2[0-9]{3}-(0[1-9]|1[0-2])$'),
    constraint application_rounds_during
        check (not isempty(during) and lower_inc(during) and not upper_inf(during)),
    constraint application_rounds_ordering check (cardinality(ordering) between 1 and 4),
    constraint application_rounds_drawn check ((seed is null) = (drawn_at is null)),
    constraint application_rounds_after_the_window check (drawn_at >= upper(during)),
    -- A revealed seed is the committed one. Code depends on this name.
    constraint application_rounds_seed check (seed is null or sha256(seed) = seed_digest)
);
create index application_rounds_undrawn on application_rounds (machine_id) where drawn_at is null;

-- Seeds of rounds before their draw. Only the programs' own work reads them.
create table application_seeds (
    round_id   uuid primary key references application_rounds,
    centre_id  uuid not null references centres,
    seed       bytea not null,
    constraint application_seeds_length check (octet_length(seed) = 32)
);

create table monthly_applications (
    id            uuid primary key,
    round_id      uuid not null,
    centre_id     uuid not null references centres,
    machine_id    uuid not null references machines,
    company_id    uuid not null references companies,
    person_id     uuid not null references people,
    during        tstzrange not null,
    applied_at    timestamptz not null,
    state         text not null default 'applied',
    purpose       text not null default '',
    answers       jsonb not null default '{}',
    usage_mode    text,
    -- The draw writes the rest: the figures that decided the place, and the answer.
    rank          integer,
    minutes       integer,
    place         integer,
    booking_id    uuid references bookings,
    problems      jsonb not null default '[]',
    alternatives  jsonb not null default '[]',
    may_wait      boolean not null default false,
    constraint monthly_applications_round foreign key (centre_id, machine_id, round_id)
        references application_rounds (centre_id, machine_id, id),
    constraint monthly_applications_state
        check (state in ('applied', 'granted', 'refused', 'withdrawn')),
    constraint monthly_applications_granted check ((state = 'granted') = (booking_id is not null)),
    constraint monthly_applications_place check (
        (state in ('granted', 'refused')) = (place is not null)
        and (place is null) = (rank is null) and (place is null) = (minutes is null)
    ),
    constraint monthly_applications_one_place unique (round_id, place),
    -- One lot for one time: a company does not raise its chance by applying twice.
    constraint monthly_applications_once exclude using gist
        (machine_id with =, company_id with =, during with &&) where (state = 'applied')
);
create index monthly_applications_by_company on monthly_applications (company_id, applied_at);
create index monthly_applications_by_centre on monthly_applications (centre_id, applied_at);

-- A round keeps what it promised, and is drawn once.
create function application_rounds_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.drawn_at is not null
        or (new.id, new.centre_id, new.machine_id, new.month, new.during, new.ordering,
            new.seed_digest, new.committed_at)
        is distinct from
        (old.id, old.centre_id, old.machine_id, old.month, old.during, old.ordering,
            old.seed_digest, old.committed_at) then
        raise restrict_violation using message = 'a round of applications keeps its promise';
    end if;
    return new;
end $$;
create trigger application_rounds_keep before update or delete on application_rounds
    for each row execute function application_rounds_keep();

create function application_seeds_keep() returns trigger language plpgsql as $$
begin
    raise restrict_violation using message = 'a seed is never changed';
end $$;
create trigger application_seeds_keep before update or delete on application_seeds
    for each row execute function application_seeds_keep();

-- Nothing joins or leaves a round that was drawn, no answer comes before the draw, and an answer is
-- final. The draw locks the round first.
create function monthly_applications_keep() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    drawn timestamptz;
begin
    if tg_op = 'DELETE' or tg_op = 'UPDATE' and (
        old.state <> 'applied'
        or (new.id, new.round_id, new.centre_id, new.machine_id, new.company_id, new.person_id,
            new.during, new.applied_at)
        is distinct from
        (old.id, old.round_id, old.centre_id, old.machine_id, old.company_id, old.person_id,
            old.during, old.applied_at)
    ) then
        raise restrict_violation using message = 'an application that was answered stays';
    end if;
    select drawn_at into drawn from application_rounds where id = new.round_id for share;
    if (drawn is not null) <> (new.state in ('granted', 'refused')) then
        raise restrict_violation using message = 'applications are answered by the draw alone';
    end if;
    return new;
end $$;
create trigger monthly_applications_keep before insert or update or delete on monthly_applications
    for each row execute function monthly_applications_keep();

do $$
declare
    name text;
begin
    foreach name in array
        array['application_rounds', 'application_seeds', 'monthly_applications'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
    foreach name in array array['application_rounds', 'monthly_applications'] loop
        execute 'create constraint trigger ' || name || '_audited'
            || ' after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
create policy permitted on application_rounds to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy kept on application_seeds for insert to gadong_app
    with check (centre_id = any ((select permit_entered())::uuid[]));
create policy permitted on monthly_applications to gadong_app
    using (
        centre_id = any ((select permit_centres())::uuid[])
        or company_id = any ((select permit_companies())::uuid[])
    );
select close_to_public();
