INSERT INTO t VALUES (1, 'x', 1, 'p  '), (2, 'X', 1, 'p');
