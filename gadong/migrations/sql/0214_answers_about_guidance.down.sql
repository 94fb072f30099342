-- The schema before cannot hold a request about guidance: its words and its link go, as they would
-- by retention, and its scores with it.
delete from satisfaction_words w
using satisfaction_requests r
where r.id = w.request_id and r.subject = 'guidance';
delete from satisfaction_links
where guidance_id is not null;
delete from satisfaction_requests
where subject = 'guidance';
alter table satisfaction_links drop constraint satisfaction_links_subject;
alter table satisfaction_links drop column guidance_id;
alter table satisfaction_links add constraint satisfaction_links_subject check (
    (booking_id is null) <> (course_id is null)
);
alter table satisfaction_requests drop constraint satisfaction_requests_subject;
alter table satisfaction_requests add constraint satisfaction_requests_subject check (
    case subject when 'session' then machine_id is not null and code = ''
        when 'course' then machine_id is null and code <> '' else false end
);
