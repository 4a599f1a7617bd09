INSERT INTO children VALUES (1, 1);
