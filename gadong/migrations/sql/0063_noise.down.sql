drop table source_noise;
