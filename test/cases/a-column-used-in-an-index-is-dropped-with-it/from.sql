CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, nick TEXT);
CREATE INDEX t_nick ON t (name) WHERE nick IS NOT NULL;
CREATE INDEX t_name ON t (name);
