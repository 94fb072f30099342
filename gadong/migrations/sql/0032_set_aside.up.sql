-- What a device sent that was not itself: from when it arrived on, until when, and who says so. A
-- fact; the signals stay to be read, and count for nothing.
create table set_aside (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    source_id    uuid not null references sources,
    since        timestamptz not null,
    until        timestamptz not null,
    reason       text not null,
    by           uuid references people,
    recorded_at  timestamptz not null,
    constraint set_aside_span check (since < until)
);
create index set_aside_by_source on set_aside (source_id);
revoke update, delete on set_aside from gadong_app, gadong_system;
create trigger set_aside_stays before update or delete on set_aside for each row
    execute function refuse_change();
create constraint trigger set_aside_audited after insert on set_aside
    deferrable initially deferred for each row execute function audit_row();
alter table set_aside enable row level security;
create policy permitted on set_aside to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on set_aside to gadong_system using (true);

-- The signals that count, as known before an instant. Written so that the planner takes it into the
-- query that asks.
create function trusted_signals(before timestamptz) returns setof signals language sql stable as $$
    select s.*
    from signals s
    where s.recorded_at < before
      and not exists (
          select
          from set_aside a
          where a.source_id = s.source_id and a.recorded_at < before
            and s.received_at >= a.since and s.received_at < a.until
      )
$$;
