INSERT INTO parents VALUES ('a', 1);
INSERT INTO children VALUES (1, 'A', '1'), (2, 'A', NULL), (3, NULL, NULL);
