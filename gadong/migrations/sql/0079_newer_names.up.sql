-- The one rule for a name, with the Egyptian format controls that Unicode 15 added: Python 3.12 and
-- newer know them.
create or replace function is_name(name text, longest integer) returns boolean
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
    select length(name) between 1 and longest
        and name is nfc normalized
        and name !~ '^ |  | $'
        and name !~ '[\u0001-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c]'
        and name !~ '[\u06dd\u070f\u0890-\u0891\u08e2\u1680\u180e]'
        and name !~ '[\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f]'
        and name !~ '[\u3000\ue000-\uf8ff\ufeff\ufff9-\ufffb]'
        and name !~ '[\U000110bd\U000110cd\U00013430-\U0001343f]'
        and name !~ '[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]'
        and name !~ '[\U000e0001\U000e0020-\U000e007f]'
        and name !~ '[\U000f0000-\U000ffffd\U00100000-\U0010fffd]'
$$;
