create or replace function satisfaction_answers_stay() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
begin
    if old.scores is not null
        or (new.id, new.centre_id, new.questionnaire_id, new.subject, new.machine_id, new.code,
            new.month) is distinct from (old.id, old.centre_id, old.questionnaire_id, old.subject,
            old.machine_id, old.code, old.month)
    then
        raise exception 'an answer is given once'
            using errcode = 'restrict_violation', constraint = 'satisfaction_answers_stay';
    end if;
    return new;
end $$;
alter table satisfaction_requests drop column respondent;
