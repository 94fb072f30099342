-- Certificates of calibrations (검교정 성적서) as files. The register's entries name them by their
-- digest, with who wrote it, why and when; so a file is never changed, and an earlier one stays.
-- A new table alone: the older programs go on, which know nothing of it.
create table calibration_files (
    machine_id  uuid not null references machines,
    centre_id   uuid not null references centres,
    digest      text not null,
    media_type  text not null,
    data        bytea not null,
    kept_at     timestamptz not null default clock_timestamp(),
    kept_by     uuid references people,
    constraint calibration_files_key primary key (machine_id, digest),
    constraint calibration_files_digest check (digest = encode(sha256(data), 'hex')),
    constraint calibration_files_kind check (
        media_type in ('application/pdf', 'image/jpeg', 'image/png')
    ),
    -- MOST_BYTES of gadong/machines/domain/calibrations/certificate.py.
    constraint calibration_files_small check (length(data) <= 5000000)
);
create trigger calibration_files_are_facts before update or delete on calibration_files
    for each row execute function refuse_change();
revoke update, delete on calibration_files from gadong_app, gadong_system;
alter table calibration_files enable row level security;
create policy permitted on calibration_files to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on calibration_files to gadong_system using (true);
