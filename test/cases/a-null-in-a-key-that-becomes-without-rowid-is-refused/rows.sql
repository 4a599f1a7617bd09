INSERT INTO t VALUES ('a', 'Ada'), (NULL, 'nobody');
