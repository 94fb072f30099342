-- insert --
-- Insert a company's share of a booking's cost, as it was asked for.
insert into booking_shares (id, centre_id, booking_id, version, place, booker_id, company_id,
    booker_parts, parts, machine_id, during, usage_mode, asked_by, recorded_at)
values (%(id)s, %(centre_id)s, %(booking_id)s, %(version)s, %(place)s, %(booker_id)s,
    %(company_id)s, %(booker_parts)s, %(parts)s, %(machine_id)s, %(during)s, %(usage_mode)s,
    %(asked_by)s, %(recorded_at)s);

-- answer --
-- Insert an act on a share.
insert into booking_share_answers (id, centre_id, share_id, booker_id, company_id, answer,
    answered_by, recorded_at)
values (%(id)s, %(centre_id)s, %(share_id)s, %(booker_id)s, %(company_id)s, %(answer)s,
    %(answered_by)s, %(recorded_at)s);

-- asked --
-- The shares of some bookings as asked for before an instant, request by request.
select id, booking_id, version, booker_id, company_id, booker_parts, parts, machine_id, during,
    usage_mode, asked_by, recorded_at
from booking_shares
where booking_id = any(%(ids)s)
    and recorded_at < %(recorded_before)s
order by booking_id, version, place;

-- answers --
-- The acts on some shares before an instant, in order of time.
select share_id, answer, answered_by, recorded_at
from booking_share_answers
where share_id = any(%(ids)s)
    and recorded_at < %(recorded_before)s
order by recorded_at, id;

-- latest_act --
-- The last instant at which somebody asked or answered about a booking's shares.
select greatest(max(s.recorded_at), max(a.recorded_at)) as at
from booking_shares s
left join booking_share_answers a on a.share_id = s.id
where s.booking_id = %(booking_id)s;

-- asked_of --
-- The bookings to come whose cost some companies were asked to share.
select distinct booking_id
from booking_shares
where company_id = any(%(companies)s)
    and upper(during) > %(now)s
order by booking_id;

-- consented_by --
-- The bookings to a part of whose cost some companies have ever consented.
select distinct s.booking_id
from booking_shares s
join booking_share_answers a on a.share_id = s.id and a.answer = 'consent'
where s.company_id = any(%(companies)s)
order by s.booking_id;

-- is_served --
-- Whether a centre serves a company, which may be asked for a share.
select is_served(%(centre_id)s, %(company_id)s) as is_served;
