drop trigger source_settings_recorded on source_settings;
drop trigger closure_changes_recorded on closure_changes;
drop trigger closures_recorded on closures;
drop trigger policy_settings_recorded on policy_settings;
drop trigger holidays_recorded on holidays;
drop function record_behind_the_lock();
