INSERT INTO t VALUES (1, 'ada@x'), (2, 'ADA@x'), (3, 'bob@x');
