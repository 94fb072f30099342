update notice_preferences set language = 'en' where language in ('vi', 'zh');
alter table notice_preferences drop constraint notice_preferences_language;
alter table notice_preferences add constraint notice_preferences_language
    check (language in ('ko', 'en'));
