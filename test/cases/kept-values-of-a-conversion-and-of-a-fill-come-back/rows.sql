INSERT INTO t VALUES (1, '007', NULL), (2, '12', 'x'), (3, '1e2', 'y'), (4, 'word', NULL);
