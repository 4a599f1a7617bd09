INSERT INTO t VALUES (1, 'Ada'), (NULL, 'Bob'), (NULL, 'Cid');
