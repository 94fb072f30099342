-- A machine's parts (paths, conditions), topics that several sources read, how sure an edge is,
-- jobs, and the inbox. Columns with constant defaults are added without rewriting; building the
-- index blocks writers of signals meanwhile.
alter table signals
    add column part text not null default '',
    add column uncertain_seconds real not null default 0;
drop index signals_by_channel;
create index signals_by_channel on signals (source_id, channel, part, event_time desc);

-- Which parts a source has ever spoken of; derived, so that the last word on each is found without
-- reading them all.
create table signal_parts (
    centre_id  uuid not null references centres,
    source_id  uuid not null references sources,
    channel    text not null,
    part       text not null,
    constraint signal_parts_key primary key (source_id, channel, part)
);

-- Topics that a source shares with others: a gateway's own state, or one message with many
-- machines' points.
alter table sources add column shared text[] not null default '{}';
alter table sources drop constraint sources_prefixes_given;
alter table sources add constraint sources_topics_given
    check (cardinality(prefixes) + cardinality(shared) > 0);
alter table sources add constraint sources_shared_form
    check (array_to_string(shared, '/') !~ '[+#[:cntrl:]]');

alter table runs
    add column uncertain_seconds integer not null default 0,
    add column bridged_seconds integer not null default 0;

alter table live_states add column ends_at timestamptz;

-- Derived like runs.
create table jobs (
    centre_id       uuid not null references centres,
    machine_id      uuid not null references machines,
    during          tstzrange not null,
    is_start_known  boolean not null,
    name            text,
    result          text,
    constraint jobs_key primary key (machine_id, during),
    constraint jobs_result check (result in ('done', 'failed', 'cancelled'))
);
create index jobs_by_end on jobs (machine_id, upper(during));
