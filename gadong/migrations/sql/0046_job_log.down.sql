alter table entries
    drop constraint entries_message,
    drop column message_id;
