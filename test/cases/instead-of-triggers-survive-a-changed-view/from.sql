CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER names_insert INSTEAD OF INSERT ON names BEGIN
  INSERT INTO users (name) VALUES (new.name);
END;
CREATE TRIGGER names_delete INSTEAD OF DELETE ON names BEGIN
  DELETE FROM users WHERE name = old.name;
END;
