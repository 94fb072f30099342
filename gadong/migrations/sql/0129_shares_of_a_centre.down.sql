alter table booking_shares
    add constraint booking_shares_of_companies unique (id, booker_id, company_id);
alter table booking_share_answers
    drop constraint booking_share_answers_share,
    add constraint booking_share_answers_share foreign key (share_id, booker_id, company_id)
        references booking_shares (id, booker_id, company_id);
alter table booking_shares drop constraint booking_shares_of_centre;
drop trigger booking_shares_served on booking_shares;
