INSERT INTO t VALUES (1, 'new', 'old');
