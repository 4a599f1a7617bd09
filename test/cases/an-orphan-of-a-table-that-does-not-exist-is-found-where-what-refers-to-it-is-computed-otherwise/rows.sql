INSERT INTO children (id, a, b) VALUES (1, NULL, 1), (2, NULL, NULL);
