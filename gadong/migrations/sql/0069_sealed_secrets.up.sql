-- What a source's own broker is logged in to by (a printer's access code), encrypted by a key from
-- outside the database (services/sealing.py). Apart from the settings, which are facts and part of
-- what statements rest on: a code is changed, and encrypted anew by another key.
create table device_secrets (
    source_id  uuid not null references sources,
    centre_id  uuid not null references centres,
    name       text not null,
    sealed     text not null,
    constraint device_secrets_key primary key (source_id, name)
);
-- The latest of each source is moved here; `gadong migrate` encrypts it in the same run.
insert into device_secrets (source_id, centre_id, name, sealed)
select distinct on (source_id) source_id, centre_id, 'access_code',
    settings -> 'options' ->> 'access_code'
from source_settings
where settings -> 'options' ? 'access_code'
order by source_id, recorded_at desc;
-- The codes of before go from the settings, where no issued statement rests on those: its digest
-- covers them. Such a code stays readable until it is changed at the printer
-- (docs/dialects/bambu.md).
alter table source_settings disable trigger user;
update source_settings s
set settings = settings #- '{options,access_code}'
where settings -> 'options' ? 'access_code'
  and not exists (
    select from statements t
    where t.centre_id = s.centre_id and t.state = 'issued' and t.issued_at > s.recorded_at
  );
alter table source_settings enable trigger user;
-- Those that are moved above are let be until they are encrypted; nothing else comes in that is
-- not.
alter table device_secrets add
    constraint device_secrets_sealed check (sealed like 'sealed:1:%') not valid;
alter table device_secrets enable row level security;
create policy permitted on device_secrets to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on device_secrets to gadong_system using (true);
create constraint trigger device_secrets_audited after insert or update or delete on device_secrets
    deferrable initially deferred for each row execute function audit_row();
set local statement_timeout = 0;
select audit_seal();
