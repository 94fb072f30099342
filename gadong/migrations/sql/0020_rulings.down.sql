alter table decisions
    drop constraint decisions_seconds,
    drop constraint decisions_fill,
    drop constraint decisions_kind,
    add constraint decisions_kind check (kind in ('reassign', 'reverse')),
    drop column component,
    drop column seconds,
    drop column state;
