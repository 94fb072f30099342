-- Codes are typed in again: whoever goes back has no key that opens them.
drop table device_secrets;
