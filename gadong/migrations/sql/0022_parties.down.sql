drop trigger company_categories_are_facts on company_categories;
-- Only the last word on each stretch fits the old shape.
delete from company_categories a using company_categories b
where a.centre_id = b.centre_id and a.company_id = b.company_id and a.during && b.during
  and (a.recorded_at, a.ctid) < (b.recorded_at, b.ctid);
drop index company_categories_by_centre;
drop index company_categories_by_company;
alter table company_categories
    drop column set_by,
    drop column proof,
    add constraint company_categories_key primary key (centre_id, company_id, during),
    add constraint company_categories_no_overlap
        exclude using gist (centre_id with =, company_id with =, during with &&);
drop table party_profiles;
