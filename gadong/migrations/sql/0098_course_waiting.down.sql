drop table course_waiting;
drop function count_offered_seat();
