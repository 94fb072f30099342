drop function serving_centres(uuid);
drop table entered_people, membership_offers, consents;
