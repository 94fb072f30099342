-- keep --
-- Insert or replace a person's number.
insert into phone_numbers (person_id, number, by_text)
values (%(person_id)s, %(number)s, %(by_text)s)
on conflict (person_id) do update set number = excluded.number, by_text = excluded.by_text;

-- forget --
-- Delete a person's number.
delete from phone_numbers
where person_id = %(person_id)s;

-- of_people --
-- Select the numbers of some people.
select person_id, number, by_text
from phone_numbers
where person_id = any(%(people)s);
