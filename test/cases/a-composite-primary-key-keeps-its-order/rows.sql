INSERT INTO t VALUES ('x', 'p', '1'), (NULL, 'p', '2'), (NULL, 'p', '3');
