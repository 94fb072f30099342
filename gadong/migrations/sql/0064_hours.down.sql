drop trigger centres_zone on centres;
drop function keep_zone();
drop table centre_names, opening_weeks;
-- The setting of a parameter that is not known is read by nobody, and a fact stays: it is repeated
-- on the way up, harmlessly.
