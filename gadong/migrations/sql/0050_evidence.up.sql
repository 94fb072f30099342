-- What an issued document was computed from, kept with it: one compressed document, of whose bytes
-- the digest is taken before they are compressed. A fact.
create table statement_evidence (
    id             uuid primary key,
    centre_id      uuid not null references centres,
    statement_id   uuid not null references statements,
    correction_id  uuid references corrections,
    body           bytea not null,
    digest         bytea not null,
    -- Under the chain from the issue on; or stored later, and then whether the inputs were those of
    -- the issue.
    origin         text not null,
    link           bytea not null,
    stored_at      timestamptz not null,
    constraint statement_evidence_origin
        check (origin in ('issue', 'confirmed', 'unconfirmed', 'contradicted')),
    constraint statement_evidence_digest_form check (length(digest) = 32 and length(link) = 32)
);
create unique index statement_evidence_one_a_statement on statement_evidence (statement_id)
where correction_id is null;
create unique index statement_evidence_one_a_correction on statement_evidence (correction_id)
    where correction_id is not null;
create trigger statement_evidence_is_a_fact before update or delete on statement_evidence
    for each row execute function refuse_change();
create trigger statement_evidence_is_kept before truncate on statement_evidence
    for each statement execute function refuse_truncate();
revoke update, delete on statement_evidence from gadong_app, gadong_system;
alter table statement_evidence enable row level security;
create policy permitted on statement_evidence to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or exists (select from statements s where s.id = statement_id)
);
create policy everything on statement_evidence to gadong_system using (true);

-- Null where the document was issued before evidence was kept; the chain covers it where it is not.
alter table statements add column evidence_digest bytea;
alter table corrections add column evidence_digest bytea;

-- Before which instant signals were dropped.
create table retired_signals (
    is_only  boolean primary key default true,
    before   timestamptz not null,
    constraint retired_signals_one check (is_only)
);
revoke insert, update, delete on retired_signals from gadong_app, gadong_system;

-- Retention drops chunks, which only a table's owner may; never what an issued document without
-- evidence rests on. A month's sessions begin at most 31 days before it.
create or replace function drop_old(before timestamptz) returns void
language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if exists (
        select from statements s
        where s.state in ('issued', 'void')
          and (s.document -> 'period' ->> 'start')::timestamptz - interval '31 days'
              < drop_old.before
          and (
              not exists (select from statement_evidence e
                  where e.statement_id = s.id and e.correction_id is null)
              or exists (
                  select from corrections c
                  where c.statement_id = s.id
                    and not exists (select from statement_evidence e where e.correction_id = c.id)
              )
          )
    ) then
        raise exception 'an issued statement without evidence rests on these signals'
            using errcode = 'restrict_violation';
    end if;
    perform drop_chunks('signals', older_than => drop_old.before);
    perform drop_chunks('messages', older_than => drop_old.before);
    insert into retired_signals (before) values (drop_old.before)
    on conflict (is_only) do update set before = greatest(retired_signals.before, excluded.before);
end $$;

-- Since when signals are whole: after what was dropped on record, and not before the first that
-- there is room for.
create function signals_begin() returns timestamptz language sql stable security definer
    set search_path = public, pg_temp as $$
    select greatest(
        (select before from retired_signals),
        coalesce(
            (
                select min(range_start)
                from timescaledb_information.chunks
                where hypertable_schema = 'public' and hypertable_name = 'signals'
            ),
            timestamptz '9000-01-01 00:00+00'
        )
    )
$$;
