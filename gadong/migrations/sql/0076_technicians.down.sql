drop trigger bookings_take_their_technician on bookings;
drop function assistance_follows();
drop table assistances;
drop function assistance_is_held(text);
drop table technician_absences;
drop table technicians;
