-- Without seats one booking alone has a room: of those that share one, the first stays.
drop trigger sources_of_no_seats on sources;
drop trigger machines_keep_seats on machines;
drop trigger bookings_take_seats on bookings;
update bookings b set state = 'released', version = version + 1, expires_at = null
where b.shares and holds_seats(b.state, b.competes) and exists (
    select from bookings o
    where o.machine_id = b.machine_id and o.held && b.held and o.id < b.id
      and holds_seats(o.state, o.competes)
);
alter table bookings
    drop constraint bookings_no_overlap,
    add constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
            'course') and not (state = 'pending' and competes)),
    drop column seat_numbers,
    drop column shares,
    drop column seats;
alter table waiting drop column seats;
drop function check_source_of_seats();
drop function check_machine_seats();
drop function take_seats();
drop function free_seats(uuid, tstzrange, uuid);
drop function count_of_seats(int4multirange);
drop function holds_seats(text, boolean);
alter table machines drop column seats;
