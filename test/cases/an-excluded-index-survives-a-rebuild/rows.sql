INSERT INTO t VALUES (1, 'Ada'), (2, 'ada');
