drop table tenancy_reminders, tenancy_terms;
