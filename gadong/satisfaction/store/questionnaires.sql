-- latest --
-- Select the latest version of a centre's questions.
select id, centre_id, version, is_asking, pause_days, questions_ko, questions_en
from satisfaction_questionnaires
where centre_id = %(centre_id)s
order by version desc
limit 1;

-- by_ids --
-- Select some versions.
select id, centre_id, version, is_asking, pause_days, questions_ko, questions_en
from satisfaction_questionnaires
where id = any(%(ids)s)
order by version desc;

-- insert --
-- Insert a version; the constraint on its number keeps two authors apart.
insert into satisfaction_questionnaires (
    id, centre_id, version, is_asking, pause_days, questions_ko, questions_en, published_by,
    recorded_at)
values (
    %(id)s, %(centre_id)s, %(version)s, %(is_asking)s, %(pause_days)s, %(questions_ko)s,
    %(questions_en)s, %(by)s, %(recorded_at)s);
