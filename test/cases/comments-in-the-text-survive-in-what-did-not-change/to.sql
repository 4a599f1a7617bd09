CREATE TABLE users ( -- people, not accounts
  id INTEGER PRIMARY KEY, /* never reused */
  name VARCHAR(16) -- longer now
);
CREATE TABLE untouched (a TEXT);
CREATE INDEX users_name ON users (name);
CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN SELECT 1; END;
CREATE VIEW names AS SELECT name FROM users;
