-- A closure is shortened, moved or lifted by a fact of its own: what was known before stays (ADR
-- 6).
create table closure_changes (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    closure_id   uuid not null references closures,
    -- Its time from now on; none, once it is lifted.
    during       tstzrange,
    reason       text not null,
    changed_by   uuid,
    recorded_at  timestamptz not null default clock_timestamp(),
    constraint closure_changes_half_open check (
        not isempty(during) and lower_inc(during) and not upper_inc(during)
    )
);
create index closure_changes_by_closure on closure_changes (closure_id, recorded_at);
create trigger closure_changes_are_facts before update or delete on closure_changes
    for each row execute function refuse_change();
create constraint trigger closure_changes_audited after insert on closure_changes
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on closure_changes from gadong_app, gadong_system;
alter table closure_changes enable row level security;
create policy permitted on closure_changes to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on closure_changes to gadong_system using (true);

-- Closures as they stood before an instant; the lifted ones are left out.
create function closures_known(before timestamptz) returns table (
    id uuid, centre_id uuid, machine_id uuid, during tstzrange, kind text, reason text
) language sql stable as $$
    select c.id, c.centre_id, c.machine_id,
        case when changed.closure_id is null then c.during else changed.during end, c.kind, c.reason
    from closures c
    left join lateral (
        select closure_id, during
        from closure_changes
        where closure_id = c.id and recorded_at < before
        order by recorded_at desc, id desc
        limit 1
    ) changed on true
    where c.recorded_at < before and (changed.closure_id is null or changed.during is not null)
$$;
