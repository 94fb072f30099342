drop table commission_files, commission_terms;
