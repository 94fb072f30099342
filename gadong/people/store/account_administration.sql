-- accounts --
-- Select accounts by a part of their address or name.
select id, name, email, is_administrator, disabled_at
from people
where not is_program
  and (email like %(pattern)s or name like %(pattern)s)
order by email
limit %(most)s;

-- administrators --
-- Select the administrators.
select id
from people
where is_administrator and disabled_at is null
order by id;

-- set_disabled --
-- Disable or enable an account.
update people
set disabled_at = case when %(is_shut)s then coalesce(disabled_at, now()) end
where id = %(id)s and not is_program;

-- set_administrator --
-- Grant or revoke the administrator's role.
update people
set is_administrator = %(is_administrator)s
where id = %(id)s and not is_program and disabled_at is null;
