alter table tax_invoices drop column kind;
