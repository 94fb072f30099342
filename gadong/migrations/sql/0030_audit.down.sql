drop function audit_row() cascade;
drop function audit_read(text, text, text, uuid);
drop function audit_append(audit_entries);
drop function audit_text(audit_entries);
drop table audit_head;
drop table audit_entries;
