INSERT INTO t VALUES (1, 'Ada'), (100, 'Zoe');
