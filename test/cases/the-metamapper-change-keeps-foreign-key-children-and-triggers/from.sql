CREATE TABLE endpoint_relationships (id INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE mapping_paths (
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  relationship_id INTEGER,
  created_at DATETIME DEFAULT (CURRENT_TIMESTAMP),
  PRIMARY KEY (id),
  UNIQUE (name),
  FOREIGN KEY(relationship_id) REFERENCES endpoint_relationships (id)
);
CREATE TABLE mapping_path_steps (
  id INTEGER NOT NULL,
  mapping_path_id INTEGER NOT NULL,
  "order" INTEGER,
  PRIMARY KEY (id),
  FOREIGN KEY(mapping_path_id) REFERENCES mapping_paths (id) ON DELETE CASCADE
);
CREATE TABLE history (what TEXT, name TEXT);
CREATE TRIGGER mapping_paths_update AFTER UPDATE ON mapping_paths BEGIN
  INSERT INTO history VALUES ('update', old.name);
END;
CREATE TABLE mapping_paths_new (id INTEGER);
