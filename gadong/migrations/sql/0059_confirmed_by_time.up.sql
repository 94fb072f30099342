-- When a machine's runs change although nothing more is said: a meter's last reading means
-- something once it has lasted.
alter table live_states
    add column due_at timestamptz,
    add column due_since timestamptz,
    add constraint live_states_due_whole check ((due_at is null) = (due_since is null));
create index live_states_due on live_states (due_at) where due_at is not null;
