drop function signals_begin();
create or replace function drop_old(before timestamptz) returns void language sql security definer
    set search_path = public, pg_temp as $$
    select drop_chunks('signals', older_than => before);
    select drop_chunks('messages', older_than => before);
$$;
drop table retired_signals;
alter table corrections drop column evidence_digest;
alter table statements drop column evidence_digest;
drop table statement_evidence;
