INSERT INTO t VALUES (1, 'ada@x', NULL), (2, 'ADA@x', NULL), (3, 'ADA@x', 1);
