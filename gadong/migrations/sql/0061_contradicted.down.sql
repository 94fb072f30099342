drop table contradictions_told;
alter table sequence_positions drop column begun_at, drop column said_until, drop column gap_after;
drop table late_words;
alter table runs drop column doubt_cause, drop column doubt_during, drop column doubt_seconds;
