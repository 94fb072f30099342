-- Beside what they read, people of a company write in their own name, for their own company, and
-- what their acts decide. The rest is written through the centre's own permit, or by the programs.
-- Restrictive policies, as in 0109; each takes an ACCESS EXCLUSIVE lock for an instant.
do $$
declare
    name text;
    of_centre text := 'centre_id = any ((select permit_centres())::uuid[])';
begin
    foreach name in array array[
        'closure_changes', 'consents', 'corrections', 'interlock_commands', 'objection_answers',
        'party_profiles', 'payments', 'pledges', 'statement_evidence', 'statement_remarks',
        'statement_voids', 'statements', 'tax_invoices'
    ] loop
        execute 'create policy written on ' || name || ' as restrictive for insert to gadong_app'
            || ' with check (' || of_centre || ')';
    end loop;
    -- A lock of a row counts as an update, so that the old row is only checked by the others.
    foreach name in array array[
        'courses', 'interlock_commands', 'interlocks', 'listening', 'opening_hours',
        'source_noise', 'statements'
    ] loop
        execute 'create policy changed on ' || name || ' as restrictive for update to gadong_app'
            || ' using (true) with check (' || of_centre || ')';
        execute 'create policy removed on ' || name || ' as restrictive for delete to gadong_app'
            || ' using (' || of_centre || ')';
    end loop;
end $$;

-- A company's owner answers a centre's request, and nothing else of it changes.
create policy changed on consents as restrictive for update to gadong_app
    using (true) with check (
        decided_by = (select permit_by())
        and exists (
            select from company_people m
            where m.company_id = consents.company_id and m.person_id = (select permit_by())
                and m.is_owner
        )
    );
create policy removed on consents as restrictive for delete to gadong_app using (false);
revoke update on consents from gadong_app;
grant update (decided_at, decided_by, is_given, reason) on consents to gadong_app;

-- The consent of this transaction makes the category for which it was asked.
create policy written on company_categories as restrictive for insert to gadong_app with check (
    centre_id = any ((select permit_centres())::uuid[])
    or exists (
        select from consents c
        where c.centre_id = company_categories.centre_id
            and c.company_id = company_categories.company_id
            and c.is_given and c.decided_by = (select permit_by()) and c.decided_at >= now()
            and c.category = company_categories.category
            and c.since = lower(company_categories.during)
    )
);

-- Who applies first opens the round; only the draw, which is the programs' own work, changes it.
create policy written on application_rounds as restrictive for insert to gadong_app
    with check (seed is null and drawn_at is null);
create policy changed on application_rounds as restrictive for update to gadong_app
    using (true) with check (false);
create policy written on application_seeds as restrictive for insert to gadong_app with check (
    exists (
        select from application_rounds r
        where r.id = application_seeds.round_id and r.centre_id = application_seeds.centre_id
            and r.seed_digest = sha256(application_seeds.seed)
    )
);

create policy written on statement_readings as restrictive for insert to gadong_app with check (
    person_id = (select permit_by())
    and company_id = any ((select permit_companies())::uuid[])
    and exists (
        select from statements s
        where s.id = statement_readings.statement_id
            and s.centre_id = statement_readings.centre_id
            and s.company_id = statement_readings.company_id
            and s.state in ('issued', 'void')
    )
);
create policy written on checklist_answers as restrictive for insert to gadong_app
    with check (person_id = (select permit_by()));
create policy written on objections as restrictive for insert to gadong_app
    with check (raised_by = (select permit_by()));

-- One's own acceptance, a colleague's whom one books for, or paper that the desk has.
create policy written on accepted_terms as restrictive for insert to gadong_app with check (
    recorded_by = (select permit_by())
    and (
        person_id = (select permit_by())
        or centre_id = any ((select permit_centres())::uuid[])
        or exists (
            select from company_people m
            where m.person_id = accepted_terms.person_id
                and m.company_id = any ((select permit_companies())::uuid[])
        )
    )
);

create policy written on freed_time_listeners as restrictive for insert to gadong_app
    with check (person_id = (select permit_by()));
create policy changed on freed_time_listeners as restrictive for update to gadong_app
    using (person_id = (select permit_by()));
create policy removed on freed_time_listeners as restrictive for delete to gadong_app
    using (person_id = (select permit_by()));

-- Attendance, and what it costs, is the desk's word. A freed seat is offered to other companies.
create policy written on course_places as restrictive for insert to gadong_app with check (
    centre_id = any ((select permit_centres())::uuid[])
    or (attended is null and entry_id is null)
);
create policy changed on course_places as restrictive for update to gadong_app
    using (true) with check (
        centre_id = any ((select permit_centres())::uuid[])
        or (attended is null and entry_id is null)
    );
create policy removed on course_places as restrictive for delete to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy written on course_waiting as restrictive for insert to gadong_app with check (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);

-- People with a login set their own number, in the programs' name once they have proven it.
create policy written on phone_numbers as restrictive for insert to gadong_app with check (
    not exists (select from people p where p.id = phone_numbers.person_id and p.has_login)
);
create policy changed on phone_numbers as restrictive for update to gadong_app
    using (not exists (select from people p where p.id = phone_numbers.person_id and p.has_login));
create policy removed on phone_numbers as restrictive for delete to gadong_app
    using (not exists (select from people p where p.id = phone_numbers.person_id and p.has_login));

-- A place is offered by an owner of the company, or by a centre that serves it.
do $$
declare
    own text := '(centre_id = any ((select permit_centres())::uuid[])'
        ' or exists (select from company_people m where m.company_id = membership_offers.company_id'
        '     and m.person_id = (select permit_by()) and m.is_owner)'
        ' or exists (select from company_categories k'
        '     where k.company_id = membership_offers.company_id'
        '     and k.centre_id = any ((select permit_centres())::uuid[])))';
begin
    execute 'create policy written on membership_offers as restrictive for insert to gadong_app'
        ' with check ' || own;
    execute 'create policy changed on membership_offers as restrictive for update to gadong_app'
        ' using (true) with check ' || own;
    execute 'create policy removed on membership_offers as restrictive for delete to gadong_app'
        ' using ' || own;
end $$;
