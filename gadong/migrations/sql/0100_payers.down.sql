drop table cash_receipts;
drop trigger companies_kind on companies;
drop function need_payer_kind();
alter table companies alter column registration_number set not null;
drop table payers;
