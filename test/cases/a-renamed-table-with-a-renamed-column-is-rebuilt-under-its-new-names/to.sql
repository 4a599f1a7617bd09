CREATE TABLE members ( -- @renamed from=users
 id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL COLLATE NOCASE UNIQUE, -- @renamed from=name
  email TEXT, CHECK (handle <> ''));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT REFERENCES members (handle) ON UPDATE CASCADE, title TEXT);
CREATE UNIQUE INDEX by_name ON members (handle, lower(email)) WHERE handle IS NOT NULL;
CREATE UNIQUE INDEX only_name ON members (handle);
CREATE VIEW people AS SELECT handle AS name, email FROM members;
CREATE TABLE log (what TEXT);
CREATE TRIGGER note AFTER UPDATE OF handle ON members WHEN new.handle IS NOT old.handle BEGIN INSERT INTO log VALUES (new.handle); END;
CREATE TRIGGER add_person INSTEAD OF INSERT ON people BEGIN INSERT INTO members (handle, email) VALUES (new.name, new.email); END;
