INSERT INTO parents VALUES (1, 'Ada'), (2, 'Bob');
INSERT INTO children VALUES (1, 1), (2, 2), (3, NULL);
INSERT INTO adopted VALUES (1, 2);
