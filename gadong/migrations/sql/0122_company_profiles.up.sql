-- What a firm said of itself at a centre (실태조사): dated facts, of which the latest that holds on a
-- day counts. An empty text or no figure is unknown. They are never changed, and deleted together
-- where the firm takes its consent back.
create table company_profiles (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    since        date not null,
    district     text not null,
    sector       text not null,
    workers      integer,
    cluster      text not null,
    exports      boolean,
    partners     integer,
    consent      text not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null,
    constraint company_profiles_texts check (length(district) <= 100 and length(cluster) <= 100),
    constraint company_profiles_sector check (sector ~ '^([0-9]{2})?$'),
    constraint company_profiles_workers check (workers between 0 and 100000),
    constraint company_profiles_partners check (partners between 0 and 100000),
    constraint company_profiles_consent check (consent in ('page', 'paper', 'telephone'))
);
create index company_profiles_by_company
    on company_profiles (centre_id, company_id, since, recorded_at);
create index company_profiles_of_company on company_profiles (company_id);
create trigger company_profiles_are_facts before update on company_profiles
    for each row execute function refuse_change();
create trigger company_profiles_served before insert on company_profiles
    for each row execute function need_served();
create constraint trigger company_profiles_audited
    after insert or update or delete on company_profiles deferrable initially deferred
    for each row execute function audit_row();
revoke update on company_profiles from gadong_app, gadong_system;
alter table company_profiles enable row level security;
create policy permitted on company_profiles to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on company_profiles to gadong_system using (true);
-- A firm's people read its profile; an owner enters it in their own name, or takes it back.
do $$
declare
    own text := '(centre_id = any ((select permit_centres())::uuid[])'
        ' or exists (select from company_people m where m.company_id = company_profiles.company_id'
        '     and m.person_id = (select permit_by()) and m.is_owner))';
begin
    execute 'create policy written on company_profiles as restrictive for insert to gadong_app'
        ' with check (' || own || ' and set_by = (select permit_by()))';
    execute 'create policy removed on company_profiles as restrictive for delete to gadong_app'
        ' using ' || own;
end $$;
select close_to_public();
