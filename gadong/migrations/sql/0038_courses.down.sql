drop table course_places, courses;
drop function count_place();
