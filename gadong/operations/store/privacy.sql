-- known --
-- Select everything that is stored about a person, by table.
select jsonb_build_object(
    'person', (
        select to_jsonb(p) from (
            select id, email, name, created_at, is_administrator
            from people
            where id = %(person_id)s
        ) p
    ),
    'phone', (
        select to_jsonb(t) from (
            select number, by_text from phone_numbers where person_id = %(person_id)s
        ) t
    ),
    'companies', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.name, c.registration_number, m.is_owner
            from company_people m
            join companies c on c.id = m.company_id
            where m.person_id = %(person_id)s
        ) t
    ),
    'statement_readings', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select s.number, r.first_at
            from statement_readings r
            join statements s on s.id = r.statement_id
            where r.person_id = %(person_id)s
        ) t
    ),
    'payers', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.name, s.name as centre, p.kind, p.identification, p.receipt_purpose,
                p.receipt_number
            from company_people m
            join companies c on c.id = m.company_id
            join payers p on p.company_id = m.company_id
            join centres s on s.id = p.centre_id
            where m.person_id = %(person_id)s
        ) t
    ),
    'company_profiles', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.name, s.name as centre, p.since, p.district, p.sector, p.workers, p.cluster,
                p.exports, p.partners, p.consent, p.recorded_at
            from company_people m
            join companies c on c.id = m.company_id
            join company_profiles p on p.company_id = m.company_id
            join centres s on s.id = p.centre_id
            where m.person_id = %(person_id)s
            order by p.since, p.recorded_at
        ) t
    ),
    'invitations', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select f.name as company, c.name as centre, o.roles, o.email, o.name, o.offered_at,
                o.is_accepted
            from membership_offers o
            left join companies f on f.id = o.company_id
            left join centres c on c.id = o.centre_id
            where o.person_id = %(person_id)s
        ) t
    ),
    'roles', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.name as centre, s.role
            from centre_staff s
            join centres c on c.id = s.centre_id
            where s.person_id = %(person_id)s
        ) t
    ),
    'bookings', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select b.id, m.name_ko as machine, lower(b.during) as start, upper(b.during) as end,
                b.state, b.purpose
            from bookings b
            join machines m on m.id = b.machine_id
            where b.person_id = %(person_id)s
            order by lower(b.during)
        ) t
    ),
    'waiting', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, lower(during) as start, upper(during) as end, minutes, answers,
                state, asked_at
            from waiting
            where person_id = %(person_id)s
            order by asked_at
        ) t
    ),
    'monthly_applications', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, lower(during) as start, upper(during) as end, purpose, answers,
                state, rank, minutes, place, booking_id, applied_at
            from monthly_applications
            where person_id = %(person_id)s
            order by applied_at
        ) t
    ),
    'stops', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select centre_id, company_id, until, reason, recorded_at
            from stops
            where person_id = %(person_id)s
            order by recorded_at
        ) t
    ),
    'technician', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select centre_id, kinds, shifts
            from technicians
            where person_id = %(person_id)s
        ) t
    ),
    'assistances', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select booking_id, lower(during) as start, upper(during) as end, is_held
            from assistances
            where technician_id = %(person_id)s
            order by lower(during)
        ) t
    ),
    'feeds', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select centre_id, machine_id, created_at, revoked_at
            from feeds
            where person_id = %(person_id)s
            order by created_at
        ) t
    ),
    'push_browsers', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select browser, created_at
            from push_subscriptions
            where person_id = %(person_id)s
            order by created_at
        ) t
    ),
    'freed_time', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, minutes, days
            from freed_time_listeners
            where person_id = %(person_id)s
        ) t
    ),
    'favourite_machines', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select m.name_ko as machine, c.name as centre, f.marked_at
            from favourite_machines f
            join machines m on m.id = f.machine_id
            join centres c on c.id = f.centre_id
            where f.person_id = %(person_id)s
            order by f.marked_at
        ) t
    ),
    'preferences', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select language, by_mail, muted, seen_at
            from notice_preferences
            where person_id = %(person_id)s
        ) t
    ),
    'check_ins', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, booking_id, at
            from check_ins
            where person_id = %(person_id)s
            order by at
        ) t
    ),
    'logged_uses', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select id, machine_id, booking_id, lower(during) as start, upper(during) as end, reason,
                reverses
            from logged_uses
            where person_id = %(person_id)s
            order by lower(during), id
        ) t
    ),
    'qualifications', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select code, expires_at from qualifications where person_id = %(person_id)s
        ) t
    ),
    'qualification_reminders', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select code, lapses_on, told_at
            from qualification_reminders
            where person_id = %(person_id)s
        ) t
    ),
    'agreements', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select a.kind, a.version, p.accepted_at
            from agreement_acceptances p
            join agreements a on a.id = p.agreement_id
            where p.person_id = %(person_id)s
        ) t
    ),
    'calls', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, words, called_at, answered_at
            from calls
            where person_id = %(person_id)s
        ) t
    ),
    'checklists', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select machine_id, booking_id, answers, is_passed, answered_at
            from checklist_answers
            where person_id = %(person_id)s
        ) t
    ),
    'courses', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.code, lower(c.during) as start, p.asked_at, p.given_up_at, p.attended
            from course_places p
            join courses c on c.id = p.course_id
            where p.person_id = %(person_id)s
        ) t
    ),
    'course_waiting', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select c.code, lower(c.during) as start, e.turn as asked_at, e.state, e.offered_until
            from course_waiting e
            join courses c on c.id = e.course_id
            where e.person_id = %(person_id)s
        ) t
    ),
    'guidance', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select kind, subject, wish, state, expert, starts_at, requested_at
            from guidance
            where person_id = %(person_id)s
        ) t
    ),
    'commissions', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select year, sequence, subject, wish, state, requested_at
            from commissions
            where person_id = %(person_id)s
        ) t
    ),
    'commission_assignments', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select commission_id, booking_id, machine_id, lower(during) as start,
                upper(during) as end, recorded_at, ended_at
            from commission_assignments
            where person_id = %(person_id)s
            order by recorded_at
        ) t
    ),
    'satisfaction', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select r.subject, r.machine_id, r.code, l.ended_at, l.asked_at, r.is_sent, r.scores,
                w.words, w.company_id is not null as names_company
            from satisfaction_links l
            join satisfaction_requests r on r.id = l.request_id
            left join satisfaction_words w on w.request_id = l.request_id
            where l.person_id = %(person_id)s
            order by l.asked_at
        ) t
    ),
    'accepted_terms', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select version, centre_id, pledge_id, accepted_at
            from accepted_terms
            where person_id = %(person_id)s
        ) t
    ),
    'notices', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select kind, data, created_at from notices where person_id = %(person_id)s order by id
        ) t
    ),
    'objections', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select statement_id, category, words, raised_at
            from objections
            where raised_by = %(person_id)s
        ) t
    ),
    'sessions_and_tokens', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select kind, name, created_at, expires_at, last_used_at, revoked_at
            from credentials
            where person_id = %(person_id)s
        ) t
    ),
    'passkeys', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select name, created_at, last_used_at
            from passkeys
            where person_id = %(person_id)s
            order by created_at
        ) t
    ),
    'identities', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select issuer, subject, created_at, last_used_at
            from identities
            where person_id = %(person_id)s
        ) t
    ),
    'acts', (
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (
            select number, at, origin, action, what, which
            from audit_entries
            where by = %(person_id)s
            order by number
        ) t
    )
) as known;

-- ahead --
-- Count the bookings of a person that are not over.
select count(*) as bookings
from bookings
where person_id = %(person_id)s and state in (
    'offered', 'pending', 'confirmed', 'checked_in', 'in_use'
  )
  and upper(during) > now();

-- leave_people --
-- Replace name and address by a number, so that documents required by law name nobody.
update people
set name = '떠난 이용자 (left)', email = 'left-' || id::text || '@left.invalid', password_hash = '!',
    disabled_at = now(), is_administrator = false
where id = %(person_id)s;

-- leave_phone --
-- Delete the person's phone number.
delete from phone_numbers
where person_id = %(person_id)s;

-- leave_texts --
-- Delete the text messages to the person's number.
delete from deliveries
where channel = 'text'
  and address = (select number from phone_numbers where person_id = %(person_id)s);

-- leave_payer_names --
-- Replace the name of a payer that is this person alone, as the person's own is.
update companies c
set name = '떠난 이용자 (left)'
where exists (
        select from payers p
        where p.company_id = c.id and p.kind in ('individual', 'founder', 'student')
    )
    and c.registration_number is null
    and exists (
        select from company_people m where m.company_id = c.id and m.person_id = %(person_id)s
    )
    and not exists (
        select from company_people o where o.company_id = c.id and o.person_id <> %(person_id)s
    );

-- leave_payers --
-- Delete what payers gave for a number, and the numbers of their receipts, where this person is the
-- last of a payer without a registration number.
update payers p
set identification = '', receipt_purpose = 'unnamed', receipt_number = ''
from companies c
where c.id = p.company_id and c.registration_number is null
    and exists (
        select from company_people m where m.company_id = c.id and m.person_id = %(person_id)s
    )
    and not exists (
        select from company_people o where o.company_id = c.id and o.person_id <> %(person_id)s
    );

-- leave_profiles --
-- Delete the profiles of payers that this person is the last of, which have no registration number.
delete from company_profiles p
using companies c
where c.id = p.company_id and c.registration_number is null
    and exists (
        select from company_people m where m.company_id = c.id and m.person_id = %(person_id)s
    )
    and not exists (
        select from company_people o where o.company_id = c.id and o.person_id <> %(person_id)s
    );

-- leave_companies --
-- Delete the person's memberships of companies.
delete from company_people
where person_id = %(person_id)s;

-- leave_centres --
-- Delete the person's roles at centres.
delete from centre_staff
where person_id = %(person_id)s;

-- leave_offers --
-- Delete the invitations that the person received.
delete from membership_offers
where person_id = %(person_id)s;

-- leave_pushes --
-- Delete the messages to the person's browsers.
delete from deliveries
where channel = 'push'
  and address in (select id::text from push_subscriptions where person_id = %(person_id)s);

-- leave_browsers --
-- Delete the browsers that show the person's notices.
delete from push_subscriptions
where person_id = %(person_id)s;

-- leave_credentials --
-- Revoke the person's sessions and tokens.
update credentials
set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null;

-- leave_feeds --
-- Revoke the person's calendar feeds.
update feeds
set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null;

-- leave_notices --
-- Delete the person's notices.
delete from notices
where person_id = %(person_id)s;

-- leave_letters --
-- Delete the mails to the person.
delete from deliveries
where channel = 'mail' and address = %(email)s;

-- leave_favourites --
-- Delete the person's favourite machines.
delete from favourite_machines
where person_id = %(person_id)s;

-- leave_factors --
-- End the person's one-time codes.
update second_factors
set since = null, generation = generation + 1
where person_id = %(person_id)s;

-- leave_calls --
-- Delete the person's calls for help at machines.
delete from calls
where person_id = %(person_id)s;

-- leave_courses --
-- Give up the person's seats at future courses.
update course_places p
set given_up_at = now()
from courses c
where c.id = p.course_id and p.person_id = %(person_id)s and p.given_up_at is null
  and lower(c.during) > now();

-- leave_course_waiting --
-- End the person's waiting for seats at courses.
update course_waiting
set state = 'left', offered_until = null
where person_id = %(person_id)s and state in ('waiting', 'offered');

-- leave_answers --
-- Delete the words of the person's answers; the scores stay, and name nobody.
delete from satisfaction_words w
using satisfaction_links l
where l.request_id = w.request_id and l.person_id = %(person_id)s;

-- leave_requests --
-- Delete which requests for an answer concerned the person, with the links that open them.
delete from satisfaction_links
where person_id = %(person_id)s;

-- leave_reminders --
-- Delete the reminders that the person received.
delete from qualification_reminders
where person_id = %(person_id)s;

-- leave_passkeys --
-- Delete the person's passkeys.
delete from passkeys
where person_id = %(person_id)s;

-- leave_challenges --
-- Delete the person's passkey challenges.
delete from passkey_challenges
where person_id = %(person_id)s;

-- leave_identities --
-- Delete the person's identities at login providers.
delete from identities
where person_id = %(person_id)s;

-- leave_sign_ons --
-- Delete the person's unfinished logins at providers.
delete from sign_ons
where person_id = %(person_id)s;

-- leave_links --
-- Delete the recovery links that were mailed to the person.
delete from recovery_links
where person_id = %(person_id)s;

-- sole_owner --
-- Select companies with other members that only this person owns.
select c.name
from company_people m
join companies c on c.id = m.company_id
where m.person_id = %(person_id)s and m.is_owner
  and not exists (
      select from company_people o
      where o.company_id = m.company_id and o.is_owner
        and o.person_id <> m.person_id
  )
  and exists (
      select from company_people o
      where o.company_id = m.company_id and o.person_id <> m.person_id
  );

-- sole_manager --
-- Select centres that only this person manages.
select c.name
from centre_staff s
join centres c on c.id = s.centre_id
where s.person_id = %(person_id)s and s.role = 'manager'
  and not exists (
      select from centre_staff o
      where o.centre_id = s.centre_id and o.role = 'manager'
        and o.person_id <> s.person_id
  );
