drop table bank_accounts;
