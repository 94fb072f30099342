-- Notices in Vietnamese and Chinese too. The older programs know no such row and write none.
-- The check is exchanged under an ACCESS EXCLUSIVE lock; each person has at most one row.
alter table notice_preferences drop constraint notice_preferences_language;
alter table notice_preferences add constraint notice_preferences_language
    check (language in ('ko', 'en', 'vi', 'zh'));
