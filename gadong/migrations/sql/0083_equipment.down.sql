drop trigger bookings_take_their_equipment on bookings;
drop function equipment_follows();
drop table equipment_holds;
drop function check_equipment_hold();
drop function equipment_is_held(text);
drop table equipment_needs;
drop table equipment;
