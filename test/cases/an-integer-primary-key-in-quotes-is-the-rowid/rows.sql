INSERT INTO t VALUES (7, 'x'), (3, 'y');
