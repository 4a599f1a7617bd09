CREATE TABLE docs (title VARCHAR(16), body TEXT);
CREATE VIRTUAL TABLE docs_fts USING fts5(title, body, content='docs');
CREATE TRIGGER docs_insert AFTER INSERT ON docs BEGIN
  INSERT INTO docs_fts (rowid, title, body) VALUES (new.rowid, new.title, new.body);
END;
CREATE TRIGGER docs_delete AFTER DELETE ON docs BEGIN
  INSERT INTO docs_fts (docs_fts, rowid, title, body) VALUES ('delete', old.rowid, old.title, old.body);
END;
