alter table people drop column has_login;
