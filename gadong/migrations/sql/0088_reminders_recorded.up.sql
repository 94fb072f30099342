-- Reminders of equipment are on record like what they remind of.
create constraint trigger equipment_reminders_audited after insert or update or delete
    on equipment_reminders deferrable initially deferred
    for each row execute function audit_row();
