alter table booking_events drop column left_late_at;
