drop table login_failures, credentials, centre_managers, company_people, people, company_categories,
    companies, opening_hours, centres;
drop extension timescaledb;
drop extension btree_gist;
