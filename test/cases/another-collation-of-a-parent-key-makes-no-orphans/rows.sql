INSERT INTO parents VALUES ('a');
INSERT INTO children VALUES (1, 'A');
