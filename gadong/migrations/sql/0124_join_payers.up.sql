-- Who asks to be served may have no number with the tax office: the kind of payer, and what it
-- gives instead. The rewrite of the small table takes an ACCESS EXCLUSIVE lock for an instant.
-- The older programs go on: they write businesses, as the defaults have it.
alter table join_requests
    drop constraint join_requests_number,
    alter column registration_number type text,
    add column kind text not null default 'business',
    add column identification text not null default '',
    add constraint join_requests_number check (
        registration_number ~ '^[0-9]{10}$' or (kind <> 'business' and registration_number = '')
    ),
    add constraint join_requests_kind check (kind in (
        'business', 'individual', 'founder', 'student', 'farm', 'council', 'cooperative'
    )),
    add constraint join_requests_no_resident_number
        check (identification !~ '(^|[^0-9])[0-9]{6}[- ]?[0-9]{7}($|[^0-9])');
