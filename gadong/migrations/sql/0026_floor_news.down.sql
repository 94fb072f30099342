drop trigger live_states_tell_floor on live_states;
drop trigger live_states_begin_tell_floor on live_states;
drop trigger bookings_tell_floor on bookings;
drop function tell_floor();
