-- Uses that a machine's page counter counts (ADR 87): a reading at the start and one at the end.
-- A new table alone; the older programs go on, which know nothing of it.
create table counter_uses (
    id             uuid primary key,
    centre_id      uuid not null references centres,
    machine_id     uuid not null references machines,
    company_id     uuid not null references companies,
    booking_id     uuid references bookings,
    -- The counter's name where the machine has several, as one for colour and one for black.
    counter        text not null default '',
    -- A counter that was replaced begins the next series.
    series         integer not null,
    -- The tariff's good that each count is a piece of.
    good           text not null,
    started_at     timestamptz not null,
    start_reading  bigint not null,
    ended_at       timestamptz,
    end_reading    bigint,
    state          text not null,
    -- The entry that charged it; nothing is entered where nothing was counted.
    entry_id       uuid references entries,
    reason         text not null default '',
    recorded_by    uuid not null references people,
    recorded_at    timestamptz not null,
    constraint counter_uses_state check (state in ('open', 'ended', 'taken_back')),
    constraint counter_uses_end check ((ended_at is null) = (end_reading is null)),
    constraint counter_uses_ended check (
        case state when 'open' then ended_at is null when 'ended' then ended_at is not null
            else true end
    ),
    constraint counter_uses_readings check (start_reading >= 0 and end_reading >= start_reading),
    constraint counter_uses_times check (ended_at >= started_at),
    constraint counter_uses_charged check (entry_id is null or end_reading > start_reading),
    constraint counter_uses_charged_once unique (entry_id),
    -- No count is charged twice; an open use has all that are to come.
    constraint counter_uses_no_overlap exclude using gist (
        machine_id with =, counter with =, series with =,
        int8range(start_reading, end_reading) with &&
    ) where (state <> 'taken_back')
);
create index counter_uses_by_centre on counter_uses (centre_id, started_at desc, id desc);
create unique index counter_uses_one_open on counter_uses (machine_id, counter)
    where state = 'open';

create function counter_use_follows() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
declare
    later constant text[] := array['state', 'ended_at', 'end_reading', 'entry_id', 'reason'];
begin
    if to_jsonb(new) - later <> to_jsonb(old) - later
        or (old.state = 'ended' and (new.ended_at, new.end_reading, new.entry_id)
            is distinct from (old.ended_at, old.end_reading, old.entry_id))
    then
        raise exception 'a use of a counter stays as it was read'
            using errcode = 'restrict_violation', constraint = 'counter_uses_readings_stay';
    end if;
    if old.state || ' ' || new.state not in (
        'open ended', 'open taken_back', 'ended taken_back'
    ) then
        raise exception 'a use of a counter does not go from % to %', old.state, new.state
            using errcode = 'restrict_violation', constraint = 'counter_uses_steps';
    end if;
    return new;
end $$;
revoke execute on function counter_use_follows() from public;
create trigger counter_uses_follow before update on counter_uses
    for each row execute function counter_use_follows();
create constraint trigger counter_uses_audited after insert or update or delete on counter_uses
    deferrable initially deferred for each row execute function audit_row();
revoke delete on counter_uses from gadong_app, gadong_system;
alter table counter_uses enable row level security;
-- A company reads its own; the centre's people write.
create policy permitted on counter_uses to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
        or company_id = any ((select permit_companies())::uuid[])
) with check (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on counter_uses to gadong_system using (true);
select close_to_public();
