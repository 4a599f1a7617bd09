CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE log (line TEXT);
CREATE INDEX users_name ON users (name);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN INSERT INTO log VALUES ('inserted'); END;
