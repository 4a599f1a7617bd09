INSERT INTO t VALUES (1, '007', 5, 5, 5, x'05'), (2, 'a', '2026-10-18', 'x', 'y', 'z');
