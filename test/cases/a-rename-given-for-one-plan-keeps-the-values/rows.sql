INSERT INTO users VALUES (1, 'Ada'), (3, NULL);
