drop function programme_drawn(uuid, uuid, text, text, timestamptz);
