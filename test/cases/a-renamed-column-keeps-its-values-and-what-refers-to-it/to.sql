CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, full_name TEXT NOT NULL COLLATE NOCASE, -- @renamed from=name
  email TEXT, CHECK (full_name <> ''));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT REFERENCES users (full_name) ON UPDATE CASCADE, title TEXT);
CREATE UNIQUE INDEX by_name ON users (full_name, lower(email)) WHERE full_name IS NOT NULL;
CREATE UNIQUE INDEX only_name ON users (full_name);
CREATE VIEW people AS SELECT full_name, email FROM users;
CREATE TABLE log (what TEXT);
CREATE TRIGGER note AFTER UPDATE OF full_name ON users WHEN new.full_name IS NOT old.full_name BEGIN INSERT INTO log VALUES (new.full_name); END;
CREATE TRIGGER add_person INSTEAD OF INSERT ON people BEGIN INSERT INTO users (full_name, email) VALUES (new.full_name, new.email); END;
