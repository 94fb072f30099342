drop policy held on technicians;
do $$
declare
    name text;
begin
    foreach name in array array['technicians', 'technician_absences', 'machine_observations'] loop
        execute 'drop policy known on ' || name;
    end loop;
    foreach name in array array[
        'technicians', 'technician_absences', 'machine_observations', 'register_entries',
        'register_columns'
    ] loop
        execute 'drop policy permitted on ' || name;
        execute 'create policy permitted on ' || name || ' to gadong_app'
            || ' using (centre_id = any ((select permit_entered())::uuid[]))';
    end loop;
end $$;
