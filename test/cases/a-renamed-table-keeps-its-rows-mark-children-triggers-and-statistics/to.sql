CREATE TABLE members ( -- @renamed from=users
 id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE, email TEXT, CHECK (name <> ''));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT REFERENCES members (name) ON UPDATE CASCADE, title TEXT);
CREATE UNIQUE INDEX by_name ON members (name, lower(email)) WHERE name IS NOT NULL;
CREATE UNIQUE INDEX only_name ON members (name);
CREATE VIEW people AS SELECT name, email FROM members;
CREATE TABLE log (what TEXT);
CREATE TRIGGER note AFTER UPDATE OF name ON members WHEN new.name IS NOT old.name BEGIN INSERT INTO log VALUES (new.name); END;
CREATE TRIGGER add_person INSTEAD OF INSERT ON people BEGIN INSERT INTO members (name, email) VALUES (new.name, new.email); END;
