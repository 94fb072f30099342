-- An invoice for exempt supply (계산서) stands beside the tax invoice of a statement. The default is
-- what every row says so far, and what the older programs mean.
-- The column takes an ACCESS EXCLUSIVE lock for an instant and rewrites nothing.
alter table tax_invoices
    add column kind text not null default 'tax',
    add constraint tax_invoices_kind check (kind in ('tax', 'exempt'));
