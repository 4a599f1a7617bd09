INSERT INTO t VALUES (1, 'Ada', 'x', 'y'), (2, 'ada', 'X', 'y ');
