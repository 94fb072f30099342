drop table commission_sample_ends, commission_samples;
drop function number_commission_sample();
