drop index live_states_due;
alter table live_states drop column due_at, drop column due_since;
