alter table payments
    drop constraint payments_written_off_for_a_reason,
    drop column is_written_off;
