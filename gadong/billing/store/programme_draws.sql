-- drawn --
-- Sum what all documents of a centre drew on each programme that were issued before an instant. No
-- company has the null identifier, so that no month is told apart.
select wanted.centre_id, wanted.programme, drawn.others as drawn
from unnest(%(centre_ids)s::uuid[], %(programmes)s::text[]) as wanted(centre_id, programme)
cross join lateral programme_drawn(
    wanted.centre_id, '00000000-0000-0000-0000-000000000000', '', wanted.programme,
    %(recorded_before)s::timestamptz
) drawn;
