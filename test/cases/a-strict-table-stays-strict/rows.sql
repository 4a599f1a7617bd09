INSERT INTO t VALUES (1, '1', '01', 1), (2, 'x', 2.0, 2), (3, NULL, x'00', NULL);
