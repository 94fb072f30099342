drop index statements_one_open;
