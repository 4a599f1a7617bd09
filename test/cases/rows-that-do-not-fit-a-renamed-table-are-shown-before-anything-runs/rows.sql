INSERT INTO users VALUES (1, 'Ada'), (2, 'Ada'), (3, NULL);
