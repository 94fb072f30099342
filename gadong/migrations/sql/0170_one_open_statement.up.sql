-- A company's month has one open statement at a time. Drafts name this index from now on, so that
-- the next migration can drop the one by which a month has one statement in all. Older programs
-- go on: the other index is still there. The index reads some thousands of rows.
create unique index statements_one_open on statements (centre_id, company_id, month)
where state in ('draft', 'checking', 'approved');
