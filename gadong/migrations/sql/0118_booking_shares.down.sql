drop function is_served(uuid, uuid);
drop function booker_categories(uuid, uuid, timestamptz);
drop function booker_extras(uuid, uuid, timestamptz);
drop table booking_share_answers;
drop table booking_shares;
drop function booking_shares_in_time();
