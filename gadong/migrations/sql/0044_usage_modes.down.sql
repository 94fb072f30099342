alter table decisions
    drop constraint decisions_usage_mode,
    drop constraint decisions_kind,
    add constraint decisions_kind
        check (kind in ('reassign', 'fill', 'set_seconds', 'waive', 'reverse')),
    drop column usage_mode;
alter table bookings
    drop constraint bookings_usage_mode,
    drop column usage_mode;
