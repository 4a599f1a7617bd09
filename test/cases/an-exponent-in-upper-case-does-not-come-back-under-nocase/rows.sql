INSERT INTO t VALUES (1, '1.0e+20'), (2, '1.0E+20'), (3, '2.5');
