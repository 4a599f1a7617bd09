CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER x_insert INSTEAD OF INSERT ON names BEGIN INSERT INTO users (name) VALUES (new.name); END;
CREATE TRIGGER x_update INSTEAD OF UPDATE ON names BEGIN UPDATE users SET name = new.name WHERE name = old.name; END;
CREATE TRIGGER x_delete INSTEAD OF DELETE ON names BEGIN DELETE FROM users WHERE name = old.name; END;
