-- The one rule for a name (gadong/core/domain/name.py), in the database's words: composed letters,
-- single plain spaces between words, and nothing that cannot be printed. Characters that no Unicode
-- assigns are the domain's to refuse.
create function is_name(name text, longest integer) returns boolean
language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp as $$
    select length(name) between 1 and longest
        and name is nfc normalized
        and name !~ '^ |  | $'
        and name !~ '[\u0001-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c]'
        and name !~ '[\u06dd\u070f\u0890-\u0891\u08e2\u1680\u180e]'
        and name !~ '[\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f]'
        and name !~ '[\u3000\ue000-\uf8ff\ufeff\ufff9-\ufffb]'
        and name !~ '[\U000110bd\U000110cd\U00013430-\U00013438]'
        and name !~ '[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]'
        and name !~ '[\U000e0001\U000e0020-\U000e007f\U000f0000-\U000ffffd\U00100000-\U0010fffd]'
$$;

-- What is there already is written as the rule has it: what was no letter becomes a space. Locks
-- each table briefly.
create function name_as_ruled(name text, longest integer, otherwise text) returns text
language sql immutable as $$
    select case when is_name(made, longest) then made else otherwise end
    from (
        select trim(left(trim(regexp_replace(
            normalize(name, NFC),
            '[ \u0001-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c'
            '\u06dd\u070f\u0890-\u0891\u08e2\u1680\u180e'
            '\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f'
            '\u3000\ue000-\uf8ff\ufeff\ufff9-\ufffb'
            '\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
            '\U000e0001\U000e0020-\U000e007f\U000f0000-\U000ffffd\U00100000-\U0010fffd]+', ' ',
            'g')), longest)) as made
    ) found
$$;
update centres set name = name_as_ruled(name, 150, slug) where not is_name(name, 150);
update companies set name = name_as_ruled(name, 150, registration_number)
where not is_name(name, 150);
update people set name = name_as_ruled(name, 100, '이름 없음 (no name)') where not is_name(name, 100);
update join_requests
set company = name_as_ruled(company, 150, registration_number),
    name = name_as_ruled(name, 100, '이름 없음 (no name)')
where not is_name(company, 150) or not is_name(name, 100);
update machines
set name_ko = name_as_ruled(name_ko, 200, slug), name_en = name_as_ruled(name_en, 200, slug)
where not is_name(name_ko, 200) or not is_name(name_en, 200);
update device_accounts set name = name_as_ruled(name, 100, username) where not is_name(name, 100);
update credentials set name = name_as_ruled(name, 100, '')
where name <> '' and not is_name(name, 100);
update passkeys set name = name_as_ruled(name, 100, 'passkey') where not is_name(name, 100);
drop function name_as_ruled(text, integer, text);
-- The audit's triggers wait for the commit; a table that is altered has nothing waiting.
set constraints all immediate;

alter table centres add constraint centres_name check (is_name(name, 150));
alter table companies add constraint companies_name check (is_name(name, 150));
alter table people add constraint people_name check (is_name(name, 100));
alter table join_requests
    add constraint join_requests_company check (is_name(company, 150)),
    add constraint join_requests_name check (is_name(name, 100));
alter table machines
    add constraint machines_name_ko check (is_name(name_ko, 200)),
    add constraint machines_name_en check (is_name(name_en, 200));
alter table device_accounts add constraint device_accounts_name check (is_name(name, 100));
alter table credentials add constraint credentials_name check (name = '' or is_name(name, 100));
alter table passkeys add constraint passkeys_name check (is_name(name, 100));
