-- Satisfaction after guidance: a request may be about an expert's help, and bears the expert's
-- name as its code. The older programs write neither of the two, and go on.
alter table satisfaction_requests drop constraint satisfaction_requests_subject;
alter table satisfaction_requests add constraint satisfaction_requests_subject check (
    case subject when 'session' then machine_id is not null and code = ''
        when 'course' then machine_id is null and code <> ''
        when 'guidance' then machine_id is null and code <> '' else false end
);
alter table satisfaction_links add column guidance_id uuid references guidance;
alter table satisfaction_links drop constraint satisfaction_links_subject;
alter table satisfaction_links add constraint satisfaction_links_subject check (
    num_nonnulls(booking_id, course_id, guidance_id) = 1
);
alter table satisfaction_links add constraint satisfaction_links_guidance_once unique (guidance_id);
