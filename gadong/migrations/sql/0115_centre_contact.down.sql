drop table centre_contacts;
