-- What else a manager may decide: what unknown time was, how much of a session is billed, and that
-- a charge is waived.
alter table decisions
    add column state text,
    add column seconds integer,
    add column component text,
    drop constraint decisions_kind,
    add constraint decisions_kind
        check (kind in ('reassign', 'fill', 'set_seconds', 'waive', 'reverse')),
    add constraint decisions_fill check (kind <> 'fill' or state in ('running', 'idle')),
    add constraint decisions_seconds check (kind <> 'set_seconds' or seconds >= 0);
