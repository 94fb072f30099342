-- extras --
-- The last word on each thing that the booker of a divided booking has proved.
select name, during, proof
from booker_extras(%(centre_id)s, %(booker_id)s, %(recorded_before)s);

-- categories --
-- The categories of the booker of a divided booking, the latest first.
select category, during, proof
from booker_categories(%(centre_id)s, %(booker_id)s, %(recorded_before)s);
