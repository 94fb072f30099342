-- columns (part) --
-- The columns of a lot with its store.
l.id, l.centre_id, l.unit_id, u.name as unit, l.company_id, l.good, l.name, l.recorded_by,
    l.recorded_at

-- insert --
-- Insert a lot.
insert into storage_lots (id, centre_id, company_id, unit_id, good, name, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(unit_id)s, %(good)s, %(name)s, %(recorded_by)s,
    %(recorded_at)s);

-- insert_move --
-- Insert what came or went; a trigger refuses to take out what is not there.
insert into storage_moves (id, centre_id, company_id, lot_id, moved_on, change, place, note,
    reverses, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(lot_id)s, %(moved_on)s, %(change)s, %(place)s,
    %(note)s, %(reverses)s, %(recorded_by)s, %(recorded_at)s);

-- find --
-- Select one lot.
select {columns}
from storage_lots l
join units u on u.id = l.unit_id
where l.id = %(id)s;

-- lot_of_move --
-- Select the lot of a move.
select lot_id
from storage_moves
where id = %(id)s;

-- of_centre --
-- Select a centre's lots, the latest first; `company_ids` keeps to theirs.
select {columns}
from storage_lots l
join units u on u.id = l.unit_id
where l.centre_id = %(centre_id)s
  and (%(company_ids)s::uuid[] is null or l.company_id = any(%(company_ids)s))
  and (%(before)s::uuid is null or l.id < %(before)s)
order by l.id desc
limit %(most)s;

-- in_month --
-- Select a company's lots that were there on some days, as recorded before an instant: something
-- came before their end, and not everything had gone before their first.
select {columns}
from storage_lots l
join units u on u.id = l.unit_id
where l.centre_id = %(centre_id)s and l.company_id = %(company_id)s
  and l.recorded_at < %(recorded_before)s
  and exists (
      select from storage_moves m
      where m.lot_id = l.id and m.recorded_at < %(recorded_before)s and m.moved_on < %(end)s
  )
  and (
      exists (
          select from storage_moves m
          where m.lot_id = l.id and m.recorded_at < %(recorded_before)s
            and m.moved_on >= %(first)s
      )
      or (
          select sum(case when m.reverses is null then m.change else -m.change end)
          from storage_moves m
          where m.lot_id = l.id and m.recorded_at < %(recorded_before)s
      ) <> 0
  )
order by l.id;

-- moves --
-- Select the moves of lots, as recorded before an instant, in the order of their recording.
select lot_id, id, moved_on, change, place, note, reverses, recorded_by, recorded_at
from storage_moves
where lot_id = any(%(lot_ids)s) and recorded_at < %(recorded_before)s
order by recorded_at, id;
