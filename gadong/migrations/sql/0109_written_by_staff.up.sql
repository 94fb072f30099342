-- Whoever may enter a centre reads its prices, rules, machines and courses, and staff write them:
-- through the centre's own permit. Restrictive policies stand beside the permissive ones, which
-- still allow the reading. Each takes an ACCESS EXCLUSIVE lock on its table for an instant.
do $$
declare
    name text;
begin
    foreach name in array array[
        'bank_accounts', 'cash_receipts', 'centre_names', 'check_states', 'checklists',
        'company_extras', 'courses', 'entries', 'holidays', 'interlock_holds', 'interlocks',
        'listening', 'machine_photos', 'machines', 'opening_hours', 'opening_weeks', 'payers',
        'policy_settings', 'qualifications', 'set_aside', 'source_beginnings', 'source_channels',
        'source_noise', 'sources', 'stops', 'tariffs', 'trainings'
    ] loop
        execute 'create policy written on ' || name || ' as restrictive for insert to gadong_app'
            || ' with check (centre_id = any ((select permit_centres())::uuid[]))';
    end loop;
    -- A lock of a row counts as an update, so that the old row is only checked by the others.
    foreach name in array array[
        'bank_accounts', 'check_states', 'machine_photos', 'machines', 'payers', 'qualifications',
        'source_channels', 'sources', 'tariffs', 'trainings'
    ] loop
        execute 'create policy changed on ' || name || ' as restrictive for update to gadong_app'
            || ' using (true) with check (centre_id = any ((select permit_centres())::uuid[]))';
        execute 'create policy removed on ' || name || ' as restrictive for delete to gadong_app'
            || ' using (centre_id = any ((select permit_centres())::uuid[]))';
    end loop;
end $$;
