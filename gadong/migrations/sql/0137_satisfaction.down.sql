drop table satisfaction_words;
drop table satisfaction_links;
drop table satisfaction_requests;
drop table satisfaction_questionnaires;
drop function satisfaction_answers_stay();
