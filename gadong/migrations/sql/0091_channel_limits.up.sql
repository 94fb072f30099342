-- Limits on a machine's readings. A limit is never edited: it ends, and another one begins.
create table channel_limits (
    id               uuid primary key,
    centre_id        uuid not null references centres,
    machine_id       uuid not null references machines,
    name             text not null,
    channel          text not null,
    part             text not null default '',
    side             text not null,
    bound            double precision not null,
    returns_at       double precision not null,
    delay_seconds    integer not null,
    silence_seconds  integer not null,
    since            timestamptz not null,
    set_by           uuid references people,
    ended_at         timestamptz,
    ended_by         uuid references people,
    constraint channel_limits_side check (side in ('above', 'below')),
    constraint channel_limits_return check (
        (side = 'above' and returns_at <= bound) or (side = 'below' and returns_at >= bound)),
    constraint channel_limits_delay check (delay_seconds between 0 and 86400),
    constraint channel_limits_silence check (silence_seconds between 60 and 604800)
);
create index channel_limits_by_machine on channel_limits (machine_id);
create index channel_limits_watched on channel_limits (centre_id) where ended_at is null;

-- The log of alarms. What was told stays: an alarm that late readings disprove is withdrawn.
create table limit_alarms (
    id               uuid primary key,
    centre_id        uuid not null references centres,
    machine_id       uuid not null references machines,
    limit_id         uuid not null references channel_limits,
    kind             text not null,
    began_at         timestamptz not null,
    ended_at         timestamptz,
    worst            double precision,
    told_at          timestamptz not null,
    withdrawn_at     timestamptz,
    acknowledged_at  timestamptz,
    acknowledged_by  uuid references people,
    words            text,
    constraint limit_alarms_kind check (kind in ('beyond', 'gap')),
    constraint limit_alarms_worst check ((kind = 'beyond') = (worst is not null)),
    constraint limit_alarms_acknowledged check (
        (acknowledged_at is null) = (words is null) and (words is null or length(trim(words)) > 0))
);
create index limit_alarms_by_centre on limit_alarms (centre_id, began_at desc);
create index limit_alarms_by_limit on limit_alarms (limit_id, began_at desc);

-- The instant up to which a limit's readings were judged, and up to which recording.
create table limit_judgements (
    limit_id         uuid primary key references channel_limits,
    centre_id        uuid not null references centres,
    judged_until     timestamptz not null,
    recorded_before  timestamptz not null
);

do $$
declare
    name text;
begin
    foreach name in array array['channel_limits', 'limit_alarms', 'limit_judgements'] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name
            || ' to gadong_app using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
    foreach name in array array['channel_limits', 'limit_alarms'] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
