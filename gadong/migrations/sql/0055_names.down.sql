alter table passkeys drop constraint passkeys_name;
alter table credentials drop constraint credentials_name;
alter table device_accounts drop constraint device_accounts_name;
alter table machines drop constraint machines_name_en, drop constraint machines_name_ko;
alter table join_requests drop constraint join_requests_name, drop constraint join_requests_company;
alter table people drop constraint people_name;
alter table companies drop constraint companies_name;
alter table centres drop constraint centres_name;
drop function is_name(text, integer);
