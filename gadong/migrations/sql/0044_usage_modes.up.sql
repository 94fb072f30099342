-- How a machine is used: by the company itself, assisted, or commissioned; and a manager's word on
-- it afterwards.
alter table bookings
    add column usage_mode text not null default 'self',
    add constraint bookings_usage_mode check (usage_mode in ('self', 'assisted', 'commissioned'));
alter table decisions
    add column usage_mode text,
    drop constraint decisions_kind,
    add constraint decisions_kind check
        (kind in ('reassign', 'fill', 'set_seconds', 'set_usage_mode', 'waive', 'reverse')),
    add constraint decisions_usage_mode check
        (kind <> 'set_usage_mode' or coalesce(usage_mode in ('self', 'assisted',
            'commissioned'), false));
