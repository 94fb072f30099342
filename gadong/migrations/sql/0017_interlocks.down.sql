drop table interlock_commands;
drop function settle_command_once;
drop table interlock_holds;
drop table interlocks;
