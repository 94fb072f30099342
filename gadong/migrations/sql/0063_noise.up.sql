-- What sources said that means nothing (empty retained messages, answers without a word, states
-- that are passed through): counted, not kept.
create table source_noise (
    centre_id  uuid not null references centres,
    source_id  uuid not null references sources,
    kind       text not null,
    times      bigint not null,
    last_at    timestamptz not null,
    constraint source_noise_key primary key (source_id, kind)
);
alter table source_noise enable row level security;
create policy permitted on source_noise to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on source_noise to gadong_system using (true);
