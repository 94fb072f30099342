-- Trainings by their codes: their names, and the trainings that each requires before it.
create table trainings (
    centre_id  uuid not null references centres,
    code       text not null,
    name_ko    text not null,
    name_en    text not null,
    requires   text[] not null default '{}',
    constraint trainings_key primary key (centre_id, code),
    constraint trainings_requires check (cardinality(requires) <= 10)
);
create constraint trigger trainings_audited after insert or update or delete on trainings
    deferrable initially deferred for each row execute function audit_row();
alter table trainings enable row level security;
create policy permitted on trainings to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on trainings to gadong_system using (true);
