do $$
declare
    name text;
begin
    foreach name in array array[
        'accepted_terms', 'application_rounds', 'application_seeds', 'checklist_answers',
        'closure_changes', 'company_categories', 'consents', 'corrections', 'course_places',
        'course_waiting', 'freed_time_listeners', 'interlock_commands', 'membership_offers',
        'objection_answers', 'objections', 'party_profiles', 'payments', 'phone_numbers',
        'pledges', 'statement_evidence', 'statement_readings', 'statement_remarks',
        'statement_voids', 'statements', 'tax_invoices'
    ] loop
        execute 'drop policy written on ' || name;
    end loop;
    foreach name in array array[
        'consents', 'course_places', 'courses', 'freed_time_listeners', 'interlock_commands',
        'interlocks', 'listening', 'membership_offers', 'opening_hours', 'phone_numbers',
        'source_noise', 'statements'
    ] loop
        execute 'drop policy changed on ' || name;
        execute 'drop policy removed on ' || name;
    end loop;
end $$;
drop policy changed on application_rounds;
revoke update (decided_at, decided_by, is_given, reason) on consents from gadong_app;
grant update on consents to gadong_app;
