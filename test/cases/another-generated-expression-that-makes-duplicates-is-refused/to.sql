CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, part TEXT AS (substr(name, 1, 1)) STORED, UNIQUE (part));
