-- What was entered so stays as it is.
alter table entries drop constraint entries_source;
alter table entries add constraint entries_source
    check (source in ('job_log', 'slicer', 'scale', 'hand')) not valid;
alter table entries drop constraint entries_message;
alter table entries add constraint entries_message
    check (message_id is null or source = 'job_log') not valid;
