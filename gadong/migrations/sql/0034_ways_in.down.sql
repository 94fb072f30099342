drop table sign_ons;
drop table identities;
drop table passkey_challenges;
drop table passkeys;
