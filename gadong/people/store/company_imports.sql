-- insert_columns --
-- Insert the fields of a centre's headings; the latest count.
insert into company_columns (id, centre_id, fields, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(fields)s, %(set_by)s, %(recorded_at)s);

-- latest_columns --
-- Select the fields of a centre's headings as its last import had them.
select fields
from company_columns
where centre_id = %(centre_id)s
order by recorded_at desc, id desc
limit 1;

-- insert_companies --
-- Insert the companies whose registration numbers are new, and return those. The order of numbers
-- keeps two imports of the same companies from a deadlock.
insert into companies (id, name, registration_number)
select id, name, nullif(registration_number, '')
from unnest(%(ids)s::uuid[], %(names)s::text[], %(numbers)s::text[])
    as given (id, name, registration_number)
order by registration_number
on conflict (registration_number) do nothing
returning id;

-- insert_categories --
-- Insert the categories of companies from a day on.
insert into company_categories (centre_id, company_id, category, during, set_by, recorded_at)
select %(centre_id)s, company_id, category, daterange(%(since)s, null, '[)'), %(set_by)s,
    %(recorded_at)s
from unnest(%(company_ids)s::uuid[], %(categories)s::text[]) as given (company_id, category);

-- insert_parties --
-- Insert the legal parties of companies.
insert into party_profiles (id, centre_id, company_id, document, set_by, recorded_at)
select gen_random_uuid(), %(centre_id)s, company_id, document::jsonb, %(set_by)s, %(recorded_at)s
from unnest(%(company_ids)s::uuid[], %(documents)s::text[]) as given (company_id, document);

-- insert_contacts --
-- Insert people without a login into new companies; their address is nobody's.
insert into people (id, email, name, password_hash, has_login)
select id, 'contact-' || id::text || '@contact.invalid', name, '!', false
from unnest(%(ids)s::uuid[], %(names)s::text[]) as given (id, name);

-- insert_members --
-- Insert people into their companies; whoever has no login owns none.
insert into company_people (company_id, person_id, is_owner)
select company_id, person_id, false
from unnest(%(company_ids)s::uuid[], %(ids)s::uuid[]) as given (company_id, person_id);

-- insert_entered --
-- Insert the centre whose staff entered people of companies.
insert into entered_people (company_id, person_id, centre_id)
select company_id, person_id, %(centre_id)s
from unnest(%(company_ids)s::uuid[], %(ids)s::uuid[]) as given (company_id, person_id);

-- insert_phones --
-- Insert the numbers of people who have one.
insert into phone_numbers (person_id, number, by_text)
select person_id, number, false
from unnest(%(ids)s::uuid[], %(numbers)s::text[]) as given (person_id, number)
where number <> '';
