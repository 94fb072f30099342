drop trigger people_last_administrator on people;
drop function keep_an_administrator();
