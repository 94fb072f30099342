-- insert --
-- Record a step of the clock, seen now.
insert into clock_steps (step) values (%(step)s);

-- last --
-- Select the step that was recorded last: by its number, since instants are in doubt.
select seen_at, step
from clock_steps
order by number desc
limit 1;
