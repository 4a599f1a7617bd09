INSERT INTO t VALUES (1, 'Ada'); INSERT INTO log VALUES (1, 'a', 'b');
