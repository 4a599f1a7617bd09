INSERT INTO old VALUES (1, 'Ada', 'X'), (2, 'Bob', NULL);
