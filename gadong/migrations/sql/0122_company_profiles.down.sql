drop table company_profiles;
