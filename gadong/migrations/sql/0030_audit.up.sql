-- Who did what: one entry for every row that a person's (or the service's own) work made, changed
-- or took away, and for every look at personal data that has to give a reason. Entries are chained:
-- each holds the hash of the one before it.
create table audit_entries (
    number     bigint primary key,
    at         timestamptz not null,
    -- Null is the service itself, all zeros the command line.
    by         uuid,
    origin     text not null,
    centre_id  uuid,
    action     text not null,
    what       text not null,
    which      text not null,
    why        text not null,
    changed    text[] not null,
    before     bytea,
    after      bytea,
    previous   bytea not null,
    hash       bytea not null,
    constraint audit_entries_action check (action in ('made', 'changed', 'removed', 'read'))
);
create index audit_entries_by_centre on audit_entries (centre_id, number desc);
create table audit_head (
    is_only  boolean primary key default true,
    number   bigint not null,
    hash     bytea not null,
    constraint audit_head_one check (is_only)
);
insert into audit_head (number, hash) values (0, '\x');
create trigger audit_entries_stay before update or delete on audit_entries
    for each row execute function refuse_change();
create trigger audit_entries_stay_all before truncate on audit_entries
    for each statement execute function refuse_truncate();
revoke insert, update, delete on audit_entries, audit_head from gadong_app, gadong_system;
alter table audit_entries enable row level security;
create policy permitted on audit_entries to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on audit_entries to gadong_system using (true);

-- What is hashed: every field but the two hashes, in the order of the table, as text, between unit
-- separators. The same is in domain/audit.py.
create function audit_text(entry audit_entries) returns text language sql immutable as $$
    select concat_ws(
        chr(31),
        entry.number::text,
        to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(entry.by::text, ''),
        entry.origin,
        coalesce(entry.centre_id::text, ''),
        entry.action,
        entry.what,
        entry.which,
        entry.why,
        array_to_string(entry.changed, ','),
        coalesce(encode(entry.before, 'hex'), ''),
        coalesce(encode(entry.after, 'hex'), '')
    )
$$;

-- Appends to the chain. The head is held from here until the commit, so this is the last thing that
-- a transaction does.
create function audit_append(entry audit_entries) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    head audit_head;
begin
    select * into head from audit_head for update;
    entry.number = head.number + 1;
    entry.at = clock_timestamp();
    entry.by = permit_by();
    entry.origin = coalesce(current_setting('gadong.origin', true), '');
    entry.previous = head.hash;
    entry.hash = sha256(entry.previous || convert_to(audit_text(entry), 'UTF8'));
    insert into audit_entries select entry.*;
    update audit_head set number = entry.number, hash = entry.hash;
end $$;

create function audit_row() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    was jsonb = case when tg_op <> 'INSERT' then to_jsonb(old) end;
    now_ jsonb = case when tg_op <> 'DELETE' then to_jsonb(new) end;
    seen jsonb = coalesce(now_, was);
    entry audit_entries;
begin
    entry.action = case tg_op when 'INSERT' then 'made' when 'UPDATE' then 'changed'
        else 'removed' end;
    entry.what = tg_table_name;
    entry.which = coalesce(
        seen ->> 'id', seen ->> 'statement_id', seen ->> 'objection_id', seen ->> 'machine_id',
        seen ->> 'person_id', seen ->> 'company_id', '');
    entry.centre_id = coalesce(
        (seen ->> 'centre_id')::uuid,
        case when tg_table_name = 'centres' then (seen ->> 'id')::uuid end,
        -- A person or a company is the whole installation's; whose work it was says which centre
        -- asks about it.
        case when cardinality(permit_centres()) = 1 then (permit_centres())[1] end);
    entry.why = coalesce(nullif(seen ->> 'reason', ''), seen ->> 'override', '');
    entry.changed = coalesce((
        select array_agg(key order by key)
        from jsonb_each(now_) fresh
        where tg_op = 'UPDATE' and fresh.value is distinct from was -> fresh.key
    ), '{}');
    entry.before = sha256(convert_to(was::text, 'UTF8'));
    entry.after = sha256(convert_to(now_::text, 'UTF8'));
    perform audit_append(entry);
    return null;
end $$;

-- A look at personal data, with its reason.
create function audit_read(seen_what text, seen_which text, reason text, centre uuid) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entry audit_entries;
begin
    entry.action = 'read';
    entry.what = seen_what;
    entry.which = seen_which;
    entry.why = reason;
    entry.centre_id = centre;
    entry.changed = '{}';
    perform audit_append(entry);
end $$;
revoke execute on function audit_append(audit_entries), audit_read(text, text, text, uuid)
    from public;
grant execute on function audit_read(text, text, text, uuid) to gadong_app, gadong_system;

-- At the commit, when all is said: what a transaction takes back was never done.
do $$
declare
    name text;
begin
    foreach name in array array[
        'centres', 'centre_staff', 'companies', 'company_people', 'company_categories',
        'company_extras', 'people', 'qualifications', 'party_profiles', 'accepted_terms',
        'machines', 'sources', 'source_settings', 'interlocks', 'interlock_holds', 'closures',
        'policy_settings', 'stops', 'holidays', 'tariffs', 'bookings', 'decisions', 'statements',
        'statement_voids', 'corrections', 'payments', 'tax_invoices', 'entries', 'objections',
        'objection_answers', 'webhooks'
    ] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
    -- That they were used, or that the broker was told, is nobody's act.
    foreach name in array array['credentials', 'feeds', 'device_accounts'] loop
        execute 'create constraint trigger ' || name || '_made after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'create constraint trigger ' || name || '_ended after update on ' || name
            || ' deferrable initially deferred for each row'
            || ' when (old.revoked_at is distinct from new.revoked_at)'
            || ' execute function audit_row()';
    end loop;
end $$;
