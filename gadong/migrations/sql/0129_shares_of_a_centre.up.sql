-- A company is asked to share a cost at a centre that serves it, and answers there: an answer under
-- another centre's id would be read by nobody who reckons the booking. The two tables are locked
-- for an instant (SHARE ROW EXCLUSIVE, and ACCESS EXCLUSIVE where a constraint goes).
-- The older programs go on: they ask and answer so already, and read no constraint's name here.
create trigger booking_shares_served before insert on booking_shares
    for each row execute function need_served();
alter table booking_shares
    add constraint booking_shares_of_centre unique (id, centre_id, booker_id, company_id);
alter table booking_share_answers
    drop constraint booking_share_answers_share,
    add constraint booking_share_answers_share
        foreign key (share_id, centre_id, booker_id, company_id)
        references booking_shares (id, centre_id, booker_id, company_id);
alter table booking_shares drop constraint booking_shares_of_companies;
