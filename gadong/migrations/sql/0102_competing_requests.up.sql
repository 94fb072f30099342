-- Requests that compete for one time keep nobody off until a manager approves one of them. The
-- exclusion constraint is built anew under an exclusive lock, some seconds for a million bookings.
alter table bookings
    add column competes boolean not null default false,
    drop constraint bookings_no_overlap,
    add constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course') and not (state = 'pending' and competes));
