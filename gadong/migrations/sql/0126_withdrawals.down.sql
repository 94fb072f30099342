drop trigger waiting_consented on waiting;
drop trigger bookings_consented on bookings;
drop function need_consent();
drop function has_withdrawn(uuid, uuid);
drop table withdrawals;
