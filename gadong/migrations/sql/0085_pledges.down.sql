alter table accepted_terms drop constraint accepted_terms_key;
delete from accepted_terms a using accepted_terms b
where a.pledge_id is not null and b.pledge_id is null
  and (a.centre_id, a.person_id, a.version) = (b.centre_id, b.person_id, b.version);
alter table accepted_terms add constraint accepted_terms_key
    primary key (centre_id, person_id, version);
alter table accepted_terms drop column recorded_by, drop column pledge_id;
drop table pledges;
