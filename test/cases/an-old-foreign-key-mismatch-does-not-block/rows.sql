INSERT INTO parents VALUES (1, 'a');
INSERT INTO children VALUES (1, 'a', 'Ada');
INSERT INTO lost VALUES (1, 5, 'Bob');
