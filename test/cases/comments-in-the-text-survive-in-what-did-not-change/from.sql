CREATE TABLE users ( -- people, not accounts
  id INTEGER PRIMARY KEY, /* never reused */
  name VARCHAR(9)
);
CREATE TABLE untouched (
  -- kept as it is
  a TEXT
);
CREATE INDEX users_name ON users (name /* as typed */);
CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN
  SELECT 1; -- does nothing
END;
CREATE VIEW names AS SELECT name -- only that
FROM users;
