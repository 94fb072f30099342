alter table bank_entries drop column account;
