CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), at INTEGER, deleted INTEGER);
CREATE INDEX t_lower ON t (lower(name));
CREATE UNIQUE INDEX t_alive ON t (name) WHERE deleted IS NULL;
CREATE INDEX t_at ON t (at DESC, name COLLATE NOCASE);
