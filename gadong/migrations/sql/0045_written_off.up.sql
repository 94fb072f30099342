-- What of a statement nobody expects to come any more, entered as a payment that was none.
alter table payments
    add column is_written_off boolean not null default false,
    add constraint payments_written_off_for_a_reason
        check (not is_written_off or length(trim(note)) > 0);
