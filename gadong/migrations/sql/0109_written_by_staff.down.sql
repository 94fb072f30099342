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
        execute 'drop policy written on ' || name;
    end loop;
    foreach name in array array[
        'bank_accounts', 'check_states', 'machine_photos', 'machines', 'payers', 'qualifications',
        'source_channels', 'sources', 'tariffs', 'trainings'
    ] loop
        execute 'drop policy changed on ' || name;
        execute 'drop policy removed on ' || name;
    end loop;
end $$;
