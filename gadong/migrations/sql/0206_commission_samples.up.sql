-- Samples (시료) of commissioned work: received with their condition and a photo, kept until a day,
-- and returned or discarded. New tables alone; programs of 0205 go on, which know no samples.
create table commission_samples (
    id             uuid primary key,
    commission_id  uuid not null references commissions,
    centre_id      uuid not null references centres,
    company_id     uuid not null references companies,
    position       integer not null,
    name           text not null,
    condition      text not null,
    keep_until     date,
    received_at    timestamptz not null,
    -- A JPEG without its place and time, as machines' photos are.
    photo          bytea,
    received_by    uuid references people,
    recorded_at    timestamptz not null,
    constraint commission_samples_place unique (commission_id, position),
    constraint commission_samples_photo check (length(photo) <= 2000000)
);
create trigger commission_samples_are_facts before update or delete on commission_samples
    for each row execute function refuse_change();

-- The number of a sample within its case; the case's row is held until the sample is kept.
create function number_commission_sample() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from commissions c where c.id = new.commission_id for no key update;
    new.position := 1 + coalesce(
        (select max(s.position) from commission_samples s
            where s.commission_id = new.commission_id),
        0
    );
    return new;
end $$;
create trigger commission_samples_numbered before insert on commission_samples
    for each row execute function number_commission_sample();
revoke execute on function number_commission_sample() from public;

-- The end of a sample; a sample goes once.
create table commission_sample_ends (
    sample_id    uuid primary key references commission_samples,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    outcome      text not null,
    ended_at     timestamptz not null,
    words        text not null default '',
    recorded_by  uuid references people,
    recorded_at  timestamptz not null,
    constraint commission_sample_ends_outcome check (outcome in ('returned', 'discarded'))
);
create trigger commission_sample_ends_are_facts before update or delete on commission_sample_ends
    for each row execute function refuse_change();

do $$
declare
    name text;
begin
    foreach name in array array['commission_samples', 'commission_sample_ends'] loop
        execute 'revoke update, delete on ' || name || ' from gadong_app, gadong_system';
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy permitted on ' || name
            || ' to gadong_app using (centre_id = any ((select permit_centres())::uuid[]))';
        -- A firm follows its samples and writes none.
        execute 'create policy shown on ' || name || ' for select to gadong_app'
            || ' using (company_id = any ((select permit_companies())::uuid[]))';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
end $$;
select close_to_public();
