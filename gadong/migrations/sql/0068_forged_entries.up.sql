-- The audit's triggers may be fired by our own tables alone. Whoever may make a temporary table and
-- execute a trigger's function makes a table with the name of one of ours and writes entries of
-- what never happened. So nobody but the owner makes temporary tables, and nobody executes our
-- functions but the two roles, those of triggers not even they. `gadong migrate` calls this each
-- time (migrations/env.py): a restored database has lost the first half.
create function close_to_public() returns void language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
    found record;
begin
    execute format('revoke temporary on database %I from public', current_database());
    for found in
        select p.oid::regprocedure as function, p.prorettype = 'trigger'::regtype as is_trigger
        from pg_proc p
        where p.pronamespace = 'public'::regnamespace
          and has_function_privilege('public', p.oid, 'execute')
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('revoke execute on function %s from public', found.function);
        if not found.is_trigger then
            execute format('grant execute on function %s to gadong_app, gadong_system',
                found.function);
        end if;
    end loop;
end $$;

-- Ingest's staging tables are temporary, so the owner makes them. The roles may fill and read them
-- and nothing more.
create function stage_incoming() returns void language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
begin
    if to_regclass('pg_temp.incoming_messages') is not null then
        return;
    end if;
    create temporary table incoming_messages (
        id           uuid not null,
        centre_id    uuid not null,
        machine_id   uuid not null,
        source_id    uuid not null,
        topic        text not null,
        payload      bytea not null,
        qos          smallint not null,
        retained     boolean not null,
        is_repeated  boolean not null,
        is_timeless  boolean not null,
        received_at  timestamptz not null,
        key          bytea not null,
        digest       bytea not null,
        boot         text,
        seq          bigint,
        spoke_from   timestamptz,
        spoke_until  timestamptz,
        trailed      interval
    ) on commit delete rows;
    create temporary table incoming_signals (
        message_id   uuid not null,
        centre_id    uuid not null,
        machine_id   uuid not null,
        source_id    uuid not null,
        channel      text not null,
        event_time   timestamptz not null,
        time_rule    text not null,
        received_at  timestamptz not null,
        ordinal      smallint not null,
        qos          smallint not null,
        text_value   text,
        number       double precision,
        part         text not null,
        uncertain_seconds real not null
    ) on commit delete rows;
    grant select, insert on incoming_messages, incoming_signals to gadong_app, gadong_system;
end $$;

-- Of a row, what is on record: all of it but the columns that a trigger names, which change without
-- anybody's act.
create function audit_facts(row_ jsonb, volatile_ text[]) returns jsonb language sql immutable as
    $$ select row_ - coalesce(volatile_, '{}') $$;
create function audit_digest(facts jsonb) returns bytea language sql immutable as
    $$ select sha256(convert_to(facts::text, 'UTF8')) $$;
create function audit_which(row_ jsonb) returns text language sql immutable as $$
    select coalesce(
        row_ ->> 'id', row_ ->> 'statement_id', row_ ->> 'objection_id', row_ ->> 'machine_id',
        row_ ->> 'person_id', row_ ->> 'company_id', '')
$$;

create or replace function audit_row() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    was jsonb = case when tg_op <> 'INSERT' then audit_facts(to_jsonb(old), tg_argv) end;
    now_ jsonb = case when tg_op <> 'DELETE' then audit_facts(to_jsonb(new), tg_argv) end;
    seen jsonb = coalesce(now_, was);
    entry audit_entries;
begin
    -- A trigger of anybody else's table says nothing of ours.
    if tg_table_schema <> 'public' then
        raise insufficient_privilege using message = 'only our own tables are on record';
    end if;
    if tg_nargs > 0 and was = now_ then
        return null;
    end if;
    entry.action = case tg_op when 'INSERT' then 'made' when 'UPDATE' then 'changed'
        else 'removed' end;
    entry.what = tg_table_name;
    entry.which = audit_which(seen);
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
    entry.before = audit_digest(was);
    entry.after = audit_digest(now_);
    perform audit_append(entry);
    return null;
end $$;

-- What a service says beside the rows is a refusal, or the reason of a change, and no row.
alter table audit_entries drop constraint audit_entries_action;
alter table audit_entries add constraint audit_entries_action
    check (action in ('made', 'changed', 'removed', 'read', 'refused', 'sealed'));
create or replace function audit_say(said_action text, seen_what text, seen_which text, reason text)
    returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entry audit_entries;
begin
    if said_action not in ('refused', 'changed') then
        raise check_violation using
            message = 'only a refusal or a reason is said', constraint = 'audit_entries_action';
    end if;
    entry.action = said_action;
    entry.what = seen_what;
    entry.which = seen_which;
    entry.why = reason;
    entry.changed = '{}';
    perform audit_append(entry);
end $$;

-- Ways in: whatever of them is changed, and not only that they end.
drop trigger credentials_made on credentials;
drop trigger credentials_ended on credentials;
drop trigger feeds_made on feeds;
drop trigger feeds_ended on feeds;
drop trigger device_accounts_made on device_accounts;
drop trigger device_accounts_ended on device_accounts;
drop trigger device_accounts_paused on device_accounts;
drop trigger passkeys_made on passkeys;
drop trigger passkeys_removed on passkeys;
drop trigger identities_made on identities;
drop trigger identities_removed on identities;
drop trigger second_factors_made on second_factors;
drop trigger second_factors_changed on second_factors;
drop trigger second_factors_removed on second_factors;
drop trigger set_aside_audited on set_aside;
do $$
declare
    found record;
begin
    for found in
        select * from (values
            -- Retention deletes what ended; that opens nothing.
            ('credentials', 'insert or update', '''last_used_at'''),
            ('feeds', 'insert or update', ''),
            ('recovery_codes', 'insert or update', ''),
            ('recovery_links', 'insert or update', ''),
            -- That the broker was told.
            ('device_accounts', 'insert or update or delete', '''applied_at'''),
            ('passkeys', 'insert or update or delete', '''sign_count'', ''last_used_at'''),
            ('identities', 'insert or update or delete', '''last_used_at'''),
            ('second_factors', 'insert or update or delete', '''last_step'''),
            ('set_aside', 'insert or update or delete', ''),
            -- What makes money and was on no record.
            ('machine_settings', 'insert or update or delete', ''),
            ('opening_hours', 'insert or update or delete', ''),
            ('check_ins', 'insert or update or delete', '')
        ) as t(name, acts, volatile_)
    loop
        execute format(
            'create constraint trigger %I after %s on %I deferrable initially deferred'
            ' for each row execute function audit_row(%s)',
            found.name || '_audited', found.acts, found.name, found.volatile_);
    end loop;
end $$;
-- The version of the schema is the owner's to write.
revoke insert, update, delete on alembic_version from gadong_app, gadong_system;
create index audit_entries_by_row on audit_entries (what, which, number);

-- Rows that are not as the record last left them: changed by somebody who went around the triggers.
-- A row is right where the last entry about its digest is the one that made it so. `is_there` is
-- false for a row of the record that is gone.
create function audit_adrift() returns table (what text, which text, digest bytea, is_there boolean)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    found record;
begin
    for found in
        select c.relname::text as name, (t.tgtype & 8) > 0 as is_removal_audited,
            array_remove(string_to_array(encode(t.tgargs, 'escape'), '\000'), '') as volatile_
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        -- 4 is insert, 16 is update: what is on record whole.
        where t.tgfoid = 'audit_row'::regproc and (t.tgtype & 20) = 20
            and c.relnamespace = 'public'::regnamespace
        order by c.relname
    loop
        return query execute format($query$
            select %L::text, r.which, r.digest, true
            from (
                select audit_which(facts) as which, audit_digest(facts) as digest
                from (select audit_facts(to_jsonb(t), %L::text[]) as facts from %I t) f
            ) r
            where coalesce((
                select max(e.number) from audit_entries e
                where e.what = %L and e.which = r.which and e.after = r.digest
            ), 0) <= coalesce((
                select max(e.number) from audit_entries e
                where e.what = %L and e.which = r.which and e.before = r.digest
            ), 0)
        $query$, found.name, found.volatile_, found.name, found.name, found.name);
        if found.is_removal_audited then
            return query execute format($query$
                select %L::text, e.which, e.after, false
                from (
                    select distinct on (e.which) e.which, e.after, e.number
                    from audit_entries e
                    where e.what = %L and (e.before is not null or e.after is not null)
                    order by e.which, e.number desc
                ) e
                where e.after is not null
                  -- Nor is it the same row under another's name.
                  and not exists (
                    select from audit_entries l where l.what = %L and l.before = e.after
                        and l.number > e.number
                  )
                  and not exists (
                    select from %I t where audit_which(audit_facts(to_jsonb(t), %L::text[]))
                        = e.which
                )
            $query$, found.name, found.name, found.name, found.name, found.volatile_);
        end if;
    end loop;
end $$;

-- Puts on record how the rows stand that are not as it left them: after a migration that added a
-- column to them.
create function audit_seal() returns integer language plpgsql
set search_path = public, pg_temp as $$
declare
    found record;
    entry audit_entries;
    sealed integer = 0;
begin
    for found in select * from audit_adrift() a where a.is_there loop
        entry.action = 'sealed';
        entry.what = found.what;
        entry.which = found.which;
        entry.why = '';
        entry.changed = '{}';
        entry.after = found.digest;
        perform audit_append(entry);
        sealed = sealed + 1;
    end loop;
    return sealed;
end $$;
-- One statement for all tables, of an installation with years of bookings: as long as it takes.
set local statement_timeout = 0;
select audit_seal();
revoke execute on function audit_adrift(), audit_seal(), close_to_public() from public;
grant execute on function audit_adrift() to gadong_system;
select close_to_public();
