INSERT INTO t VALUES (1, NULL), (2, 'x'), (3, x'31');
