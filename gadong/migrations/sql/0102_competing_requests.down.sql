-- Competing requests cannot all hold their time: they end as declined.
update bookings set state = 'declined', version = version + 1, expires_at = null
where state = 'pending' and competes;
alter table bookings
    drop constraint bookings_no_overlap,
    drop column competes,
    add constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course'));
