-- Answers are shown from five people on (ADR 85). A request bears a random number. All requests of
-- one person at a centre and of a year have it in common, and it names nobody once the links are
-- gone. The older programs write none: each of their requests counts as another person's.
-- The table is rewritten and locked meanwhile; it has one row for each request.
alter table satisfaction_requests add column respondent uuid not null default gen_random_uuid();

-- An answered request is changed by nothing else.
alter table satisfaction_requests disable trigger satisfaction_answers_stay;
update satisfaction_requests r
set respondent = same.respondent
from (
    select l.request_id,
        first_value(a.respondent) over (
            partition by l.person_id, a.centre_id, left(a.month, 4) order by a.id
        ) as respondent
    from satisfaction_links l
    join satisfaction_requests a on a.id = l.request_id
) same
where same.request_id = r.id;
alter table satisfaction_requests enable trigger satisfaction_answers_stay;

create or replace function satisfaction_answers_stay() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
begin
    if old.scores is not null
        or (new.id, new.centre_id, new.questionnaire_id, new.subject, new.machine_id, new.code,
            new.month, new.respondent) is distinct from (old.id, old.centre_id,
            old.questionnaire_id, old.subject, old.machine_id, old.code, old.month, old.respondent)
    then
        raise exception 'an answer is given once'
            using errcode = 'restrict_violation', constraint = 'satisfaction_answers_stay';
    end if;
    return new;
end $$;
