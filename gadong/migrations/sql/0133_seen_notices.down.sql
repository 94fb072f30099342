alter table notice_preferences drop column seen_at;
