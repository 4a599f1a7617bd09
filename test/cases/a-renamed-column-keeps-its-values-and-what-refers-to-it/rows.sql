INSERT INTO users (id, name, email) VALUES (3, 'Ada', 'a@x'), (9, 'Grace', NULL), (12, 'gone', NULL);
DELETE FROM users WHERE id = 12;
INSERT INTO posts VALUES (1, 'Ada', 'one'), (2, NULL, 'two');
ANALYZE;
