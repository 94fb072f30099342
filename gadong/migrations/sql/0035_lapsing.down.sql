drop table qualification_reminders;
