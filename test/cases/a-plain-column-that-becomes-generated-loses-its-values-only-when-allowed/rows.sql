INSERT INTO t VALUES (1, 'Ada', 'typed by hand');
