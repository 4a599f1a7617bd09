INSERT INTO parents VALUES (1);
INSERT INTO children VALUES (1, 1), (2, 2), (3, NULL);
