CREATE TABLE paths (id INTEGER PRIMARY KEY, type TEXT, name TEXT);
CREATE TABLE history (id INTEGER, type TEXT, name TEXT);
CREATE TRIGGER paths_insert AFTER INSERT ON paths BEGIN
  INSERT INTO history SELECT * FROM paths WHERE id = new.id;
END;
