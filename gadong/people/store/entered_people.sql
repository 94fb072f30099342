-- enter --
-- Insert the centre whose staff entered a person of a company; the first one stays.
insert into entered_people (company_id, person_id, centre_id)
values (%(company_id)s, %(person_id)s, %(centre_id)s)
on conflict do nothing;

-- serving --
-- Count the centres that serve a company.
select serving_centres(%(company_id)s) as serving;
