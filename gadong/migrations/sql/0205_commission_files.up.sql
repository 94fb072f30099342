-- Files of commissioned work, among them its result reports (성적서), and a centre's terms.
-- New tables alone; programs of 0204 go on, which keep no files and hand over whatever is paid.
create table commission_files (
    id             uuid primary key,
    commission_id  uuid not null references commissions,
    centre_id      uuid not null references centres,
    company_id     uuid not null references companies,
    kind           text not null,
    -- A report's own number; another file has none.
    number         text not null default '',
    name           text not null,
    digest         text not null,
    media_type     text not null,
    data           bytea not null,
    kept_by        uuid references people,
    kept_at        timestamptz not null,
    constraint commission_files_kind check (kind in ('file', 'report')),
    constraint commission_files_numbered check ((kind = 'report') = (number <> '')),
    constraint commission_files_digest check (digest = encode(sha256(data), 'hex')),
    constraint commission_files_media_type check (
        media_type in ('application/pdf', 'image/jpeg', 'image/png')
    ),
    -- MOST_BYTES of gadong/machines/domain/calibrations/certificate.py.
    constraint commission_files_small check (length(data) <= 5000000)
);
create unique index commission_files_report on commission_files (centre_id, number)
    where number <> '';
create index commission_files_by_commission on commission_files (commission_id, kept_at, id);
create trigger commission_files_are_facts before update or delete on commission_files
    for each row execute function refuse_change();
revoke update, delete on commission_files from gadong_app, gadong_system;
alter table commission_files enable row level security;
-- A firm reads a report once it was handed over, and writes none.
create policy permitted on commission_files to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
        or (
            company_id = any ((select permit_companies())::uuid[])
            and (
                kind = 'file' or exists (
                    select from commissions c
                    where c.id = commission_id and c.state = 'handed_over'
                )
            )
        )
) with check (
    centre_id = any ((select permit_centres())::uuid[])
        or (company_id = any ((select permit_companies())::uuid[]) and kind = 'file')
);
create policy everything on commission_files to gadong_system using (true);

-- Terms of a centre for all its commissions; the latest count.
create table commission_terms (
    id             uuid primary key,
    centre_id      uuid not null references centres,
    -- Results are handed over once their charges are paid.
    is_paid_first  boolean not null,
    set_by         uuid references people,
    recorded_at    timestamptz not null
);
create index commission_terms_latest on commission_terms (centre_id, recorded_at desc, id desc);
create trigger commission_terms_are_facts before update or delete on commission_terms
    for each row execute function refuse_change();
create constraint trigger commission_terms_audited after insert on commission_terms
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on commission_terms from gadong_app, gadong_system;
alter table commission_terms enable row level security;
create policy permitted on commission_terms to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy shown on commission_terms for select to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on commission_terms to gadong_system using (true);
select close_to_public();
