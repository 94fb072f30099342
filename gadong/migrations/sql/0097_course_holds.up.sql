-- Courses hold machines, and their teachers, by the constraints that bookings hold them by. A
-- course's hold of a machine is a row in the state 'course', of no company and no person;
-- statements and histories of bookings, which read booking_events, know nothing of it. The
-- exclusion constraint is built anew under an exclusive lock, some seconds for a million bookings.
alter table bookings
    add column course_id uuid references courses,
    alter column company_id drop not null,
    alter column person_id drop not null,
    drop constraint bookings_state,
    add constraint bookings_state check (state in ('offered', 'pending', 'confirmed', 'checked_in',
        'in_use', 'completed', 'cancelled', 'declined', 'expired', 'released', 'no_show',
        'course')),
    add constraint bookings_of_somebody check (
        (state = 'course') = (course_id is not null)
        and (state = 'course') = (company_id is null)
        and (state = 'course') = (person_id is null)
    ),
    drop constraint bookings_no_overlap,
    add constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course'));
create index bookings_of_course on bookings (course_id) where course_id is not null;

-- A teacher is in one place as technicians are, under assistances_one_place.
alter table assistances
    drop constraint assistances_pkey,
    alter column booking_id drop not null,
    add column course_id uuid references courses,
    add constraint assistances_of_booking unique (booking_id),
    add constraint assistances_of_course unique (course_id),
    add constraint assistances_of_one check (num_nonnulls(booking_id, course_id) = 1);
