drop function drop_archived(timestamptz);
drop function unarchived_rows(timestamptz);
drop function raw_chunks(timestamptz);
drop function raw_begins();
drop table archived_months;
