drop trigger metering_marks_move on metering_marks;
drop function move_mark();
insert into metering_marks (machine_id, centre_id, since, marked_at)
select machine_id, centre_id, min(since), min(marked_at)
from derivation_marks
group by machine_id, centre_id;
drop table derivation_marks;
