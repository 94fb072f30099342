drop table check_ins, booking_events, bookings, closures, qualifications;
