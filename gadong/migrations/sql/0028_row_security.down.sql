drop function drop_old(timestamptz);
drop function programme_spent(uuid, uuid, text, text, timestamptz);
do $$
declare
    found record;
begin
    for found in select tablename, policyname from pg_policies where schemaname = 'public' loop
        execute 'drop policy ' || found.policyname || ' on ' || found.tablename;
        execute 'alter table ' || found.tablename || ' disable row level security';
    end loop;
end $$;
drop function permit_by();
drop function permit_companies();
drop function permit_entered();
drop function permit_centres();
-- The roles are the whole server's and may serve other databases; here they own nothing and may do
-- nothing any more.
drop owned by gadong_app, gadong_system;
