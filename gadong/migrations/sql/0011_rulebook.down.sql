drop table accepted_terms, stops, policy_settings;
alter table machine_settings alter column rules drop default, alter column limits drop default;
