delete from assistances where course_id is not null;
alter table assistances
    drop constraint assistances_of_one,
    drop constraint assistances_of_course,
    drop constraint assistances_of_booking,
    drop column course_id,
    add constraint assistances_pkey primary key (booking_id);
delete from bookings where state = 'course';
drop index bookings_of_course;
alter table bookings
    drop constraint bookings_no_overlap,
    drop constraint bookings_of_somebody,
    drop constraint bookings_state,
    add constraint bookings_state check (state in ('offered', 'pending', 'confirmed', 'checked_in',
        'in_use', 'completed', 'cancelled', 'declined', 'expired', 'released', 'no_show')),
    drop column course_id,
    alter column company_id set not null,
    alter column person_id set not null,
    add constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed'));
