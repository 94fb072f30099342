drop table handovers;
