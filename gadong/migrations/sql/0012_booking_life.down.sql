drop table waiting, booking_remarks;
drop index bookings_unsettled, bookings_by_person, bookings_by_group;
alter table bookings drop constraint bookings_no_overlap;
alter table bookings add constraint bookings_no_overlap exclude
    using gist (machine_id with =, held with &&)
    where (state in ('confirmed', 'checked_in', 'completed'));
alter table bookings drop constraint bookings_held_around;
alter table bookings add constraint bookings_held_around
    check (held @> during and lower_inc(held) and not upper_inc(held));
alter table bookings drop constraint bookings_state;
alter table bookings add constraint bookings_state
    check (state in ('confirmed', 'checked_in', 'completed', 'cancelled', 'no_show'));
alter table bookings drop column freed_from, drop column expires_at, drop column joined,
    drop column override, drop column answers;
