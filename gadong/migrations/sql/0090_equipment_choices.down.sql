alter table waiting drop column equipment;
alter table bookings drop column equipment;
