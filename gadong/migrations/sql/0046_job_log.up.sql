-- The message that a quantity of the job log was read from.
alter table entries
    add column message_id uuid,
    add constraint entries_message check (message_id is null or source = 'job_log');
