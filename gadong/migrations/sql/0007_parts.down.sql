drop table jobs;
alter table live_states drop column ends_at;
alter table runs drop column bridged_seconds, drop column uncertain_seconds;
alter table sources drop constraint sources_shared_form;
alter table sources drop constraint sources_topics_given;
alter table sources add constraint sources_prefixes_given
    check (cardinality(prefixes) > 0) not valid;
alter table sources drop column shared;
drop table signal_parts;
drop index signals_by_channel;
alter table signals drop column part, drop column uncertain_seconds;
create index signals_by_channel on signals (source_id, channel, event_time desc);
