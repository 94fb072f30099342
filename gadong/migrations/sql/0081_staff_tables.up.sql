-- What staff alone write is written through the centre's own permit. The hall reads technicians and
-- how a machine is observed, which its rules and prices need; the register is the centre's own.
do $$
declare
    name text;
begin
    foreach name in array array['technicians', 'technician_absences', 'machine_observations'] loop
        execute 'drop policy permitted on ' || name;
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy known on ' || name || ' for select to gadong_app'
            || ' using (centre_id = any ((select permit_entered())::uuid[]))';
    end loop;
    foreach name in array array['register_entries', 'register_columns'] loop
        execute 'drop policy permitted on ' || name;
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_centres())::uuid[]))';
    end loop;
end $$;

-- A booking that is about to hold a technician locks their row (for share), which row security
-- counts as an update. The row itself is changed through the centre's permit alone.
create policy held on technicians for update to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]))
    with check (centre_id = any ((select permit_centres())::uuid[]));
