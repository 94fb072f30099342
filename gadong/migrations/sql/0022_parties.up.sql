-- Who supplies and who receives, as tax invoices name them: a centre's own word on itself (no
-- company) or on a company. A fact; the latest counts.
create table party_profiles (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid references companies,
    document     jsonb not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null
);
create index party_profiles_by_company on party_profiles (centre_id, company_id, recorded_at);
create trigger party_profiles_are_facts before update or delete on party_profiles
    for each row execute function refuse_change();

-- A company's category at a centre becomes a fact too: the latest word that covers a day counts,
-- and has its proof.
alter table company_categories
    drop constraint company_categories_key,
    drop constraint company_categories_no_overlap,
    add column proof text not null default '',
    add column set_by uuid references people;
create index company_categories_by_company on company_categories (company_id, centre_id);
create index company_categories_by_centre on company_categories (centre_id);
create trigger company_categories_are_facts before update or delete on company_categories
    for each row execute function refuse_change();
