drop function checklist_closes(uuid, timestamptz);
drop table checklist_photos;
drop table checklist_answers;
drop table checklists;
