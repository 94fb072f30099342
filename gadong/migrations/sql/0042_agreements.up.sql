-- What an installation asks of whoever uses it: its terms and how it treats personal data, version
-- by version, word for word as they were accepted. The latest of each kind is in force.
create table agreements (
    id            uuid primary key,
    kind          text not null,
    version       text not null,
    ko            text not null,
    en            text not null,
    published_at  timestamptz not null default clock_timestamp(),
    published_by  uuid references people,
    constraint agreements_kind check (kind in ('terms', 'privacy')),
    constraint agreements_version_unique unique (kind, version)
);
create trigger agreements_stay before update or delete on agreements for each row
    execute function refuse_change();
create table agreement_acceptances (
    agreement_id  uuid not null references agreements,
    person_id     uuid not null references people,
    accepted_at   timestamptz not null default clock_timestamp(),
    constraint agreement_acceptances_key primary key (agreement_id, person_id)
);
alter table agreements enable row level security;
create policy known on agreements for select to gadong_app using (true);
create policy everything on agreements to gadong_system using (true);
alter table agreement_acceptances enable row level security;
create policy own on agreement_acceptances to gadong_app using (person_id = (select permit_by()));
-- Who is admitted accepted as they asked: for accounts whose person has not chosen a password yet,
-- and for no other.
create policy admitted on agreement_acceptances for insert to gadong_app
    with check (exists (select from people p where p.id = person_id and p.password_hash = '!'));
create policy everything on agreement_acceptances to gadong_system using (true);
do $$
declare
    name text;
begin
    foreach name in array array['agreements', 'agreement_acceptances'] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
-- Whoever asks to be served accepts what is in force as they ask.
alter table join_requests add column accepted uuid[] not null default '{}';
