INSERT INTO t VALUES (1, '01234'), (2, 'none');
