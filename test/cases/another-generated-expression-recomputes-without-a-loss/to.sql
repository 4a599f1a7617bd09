CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, loud TEXT AS (lower(name)) STORED, UNIQUE (loud));
