INSERT INTO children VALUES (1, 1), (2, NULL);
