INSERT INTO t VALUES ('a', 'x', 1), ('b', NULL, 2);
