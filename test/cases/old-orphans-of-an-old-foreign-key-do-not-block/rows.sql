INSERT INTO parents VALUES (1, 'Ada');
INSERT INTO children VALUES (1, 1, 'Bob'), (2, 99, 'orphan');
