-- One parameter's value from an instant on, at the installation (no centre), a centre, a kind of
-- machine, a machine, or a membership tier. A fact: a change is a new row, so a past month reads
-- its own.
create table policy_settings (
    id              uuid primary key,
    centre_id       uuid references centres,
    kind            text,
    machine_id      uuid references machines,
    tier            text,
    parameter       text not null,
    value           jsonb not null,
    effective_from  timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    -- A person, or the operator at the command line, who is nobody of the installation's people.
    set_by          uuid,
    reason          text not null default '',
    -- A machine and a tier are some centre's; what holds everywhere narrows to a kind at most.
    constraint policy_settings_level
        check (centre_id is not null or (machine_id is null and tier is null))
);
create index policy_settings_by_centre on policy_settings (centre_id, parameter);
create trigger policy_settings_are_facts before update or delete on policy_settings
    for each row execute function refuse_change();

-- What stood in a machine's own documents, parameter by parameter. Lengths were seconds as ISO 8601
-- durations.
insert into policy_settings (id, centre_id, machine_id, parameter, value,
    effective_from, recorded_at)
select gen_random_uuid(), s.centre_id, s.machine_id, p.parameter,
    case when p.per_unit = 0 then v.value
        else to_jsonb((extract(epoch from (v.value #>> '{}')::interval) / p.per_unit)::integer)
    end,
    s.effective_from, s.recorded_at
from machine_settings s
cross join lateral (select key, value from jsonb_each(s.rules) union all select key, value
    from jsonb_each(s.limits)) v
join (
    values ('step', 'step_minutes', 60), ('shortest', 'shortest_minutes', 60),
        ('longest', 'longest_minutes', 60), ('horizon', 'horizon_days', 86400),
        ('notice', 'notice_minutes', 60), ('setup', 'setup_minutes', 60),
        ('teardown', 'teardown_minutes', 60), ('qualification', 'qualification', 0),
        ('join_gap', 'join_gap_minutes', 60), ('early_grace', 'early_grace_minutes', 60),
        ('no_show_after', 'no_show_after_minutes', 60),
        ('longest_presence', 'longest_presence_minutes', 60)
) p (field, parameter, per_unit) on p.field = v.key;

-- Limits that are new with the rule book do not fall on machines that were booked without them.
insert into policy_settings (id, centre_id, machine_id, parameter, value, effective_from,
    recorded_at, reason)
select gen_random_uuid(), s.centre_id, s.machine_id, p.parameter, p.value::jsonb,
    min(s.effective_from), min(s.recorded_at), 'as before the rule book'
from machine_settings s
cross join (
    values ('day_bookings', 'null'), ('ahead_bookings', 'null'), ('ahead_minutes', 'null'),
        ('day_minutes', 'null'), ('week_minutes', 'null'), ('overnight', 'null'),
        ('strikes', 'null'), ('approval', '"auto"')
) p (parameter, value)
group by s.centre_id, s.machine_id, p.parameter, p.value;

-- Kept for one release, written no more.
alter table machine_settings alter column rules set default '{}',
    alter column limits set default '{}';

-- Whom a manager has stopped from booking at a centre, and which terms a person has accepted.
-- Facts; a stop is lifted by one that ends at once.
create table stops (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid references companies,
    person_id    uuid references people,
    until        timestamptz not null,
    reason       text not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null default clock_timestamp(),
    constraint stops_subject check ((company_id is null) <> (person_id is null))
);
create index stops_by_centre on stops (centre_id, recorded_at);
create trigger stops_are_facts before update or delete on stops
    for each row execute function refuse_change();

create table accepted_terms (
    centre_id    uuid not null references centres,
    person_id    uuid not null references people,
    version      text not null,
    accepted_at  timestamptz not null default clock_timestamp(),
    constraint accepted_terms_key primary key (centre_id, person_id, version)
);
