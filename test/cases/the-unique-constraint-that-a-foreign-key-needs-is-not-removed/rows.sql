INSERT INTO parents VALUES (1, 'a');
INSERT INTO children VALUES (1, 'a');
