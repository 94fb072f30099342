-- What a machine drew in a booking's time is a quantity, measured by its meter.
alter table entries drop constraint entries_source;
alter table entries add constraint entries_source
    check (source in ('job_log', 'slicer', 'scale', 'hand', 'meter')) not valid;
alter table entries validate constraint entries_source;
alter table entries drop constraint entries_message;
alter table entries add constraint entries_message
    check (message_id is null or source in ('job_log', 'meter')) not valid;
alter table entries validate constraint entries_message;
