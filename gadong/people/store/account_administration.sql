-- accounts --
-- Accounts of people, by a part of their address or name.
select id, name, email, is_administrator, disabled_at
from people
where not is_program
  and (email like %(pattern)s or name like %(pattern)s)
order by email
limit %(most)s;

-- administrators --
-- Who runs the installation.
select id
from people
where is_administrator and disabled_at is null
order by id;

-- set_disabled --
-- The account is shut, or open again.
update people
set disabled_at = case when %(is_shut)s then coalesce(disabled_at, now()) end
where id = %(id)s and not is_program;

-- set_administrator --
-- The person runs the installation, or does no more.
update people
set is_administrator = %(is_administrator)s
where id = %(id)s and not is_program and disabled_at is null;
