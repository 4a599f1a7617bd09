CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE, email TEXT, CHECK (name <> ''));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT REFERENCES users (name) ON UPDATE CASCADE, title TEXT);
CREATE UNIQUE INDEX by_name ON users (name, lower(email)) WHERE name IS NOT NULL;
CREATE UNIQUE INDEX only_name ON users (name);
CREATE VIEW people AS SELECT name, email FROM users;
CREATE TABLE log (what TEXT);
CREATE TRIGGER note AFTER UPDATE OF name ON users WHEN new.name IS NOT old.name BEGIN INSERT INTO log VALUES (new.name); END;
CREATE TRIGGER add_person INSTEAD OF INSERT ON people BEGIN INSERT INTO users (name, email) VALUES (new.name, new.email); END;
