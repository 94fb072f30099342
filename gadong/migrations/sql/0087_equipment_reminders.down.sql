drop table equipment_reminders;
