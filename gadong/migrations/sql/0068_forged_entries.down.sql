-- Entries of sealed rows stay: the chain is never shortened.
alter table audit_entries drop constraint audit_entries_action;
alter table audit_entries add constraint audit_entries_action
    check (action in ('made', 'changed', 'removed', 'read', 'refused')) not valid;
drop function audit_seal();
drop function audit_adrift();
drop index audit_entries_by_row;
grant insert, update, delete on alembic_version to gadong_app, gadong_system;
drop trigger machine_settings_audited on machine_settings;
drop trigger opening_hours_audited on opening_hours;
drop trigger check_ins_audited on check_ins;
drop trigger recovery_codes_audited on recovery_codes;
drop trigger recovery_links_audited on recovery_links;
drop trigger credentials_audited on credentials;
drop trigger feeds_audited on feeds;
drop trigger device_accounts_audited on device_accounts;
drop trigger passkeys_audited on passkeys;
drop trigger identities_audited on identities;
drop trigger second_factors_audited on second_factors;
drop trigger set_aside_audited on set_aside;
do $$
declare
    name text;
begin
    foreach name in array array['credentials', 'feeds', 'device_accounts'] loop
        execute 'create constraint trigger ' || name || '_made after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'create constraint trigger ' || name || '_ended after update on ' || name
            || ' deferrable initially deferred for each row'
            || ' when (old.revoked_at is distinct from new.revoked_at)'
            || ' execute function audit_row()';
    end loop;
    foreach name in array array['passkeys', 'identities', 'second_factors'] loop
        execute 'create constraint trigger ' || name || '_made after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
        execute 'create constraint trigger ' || name || '_removed after delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
create constraint trigger device_accounts_paused after update on device_accounts
    deferrable initially deferred for each row
    when (new.paused_until > coalesce(old.paused_until, '-infinity')) execute function audit_row();
create constraint trigger second_factors_changed after update on second_factors
    deferrable initially deferred for each row
    when (old.generation <> new.generation or old.since is distinct from new.since)
        execute function audit_row();
create constraint trigger set_aside_audited after insert on set_aside
    deferrable initially deferred for each row execute function audit_row();
create or replace function audit_row() returns trigger language plpgsql security definer
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
create or replace function audit_say(said_action text, seen_what text, seen_which text, reason text)
    returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entry audit_entries;
begin
    entry.action = said_action;
    entry.what = seen_what;
    entry.which = seen_which;
    entry.why = reason;
    entry.changed = '{}';
    perform audit_append(entry);
end $$;
drop function audit_which(jsonb);
drop function audit_digest(jsonb);
drop function audit_facts(jsonb, text[]);
drop function stage_incoming();
drop function close_to_public();
do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$;
