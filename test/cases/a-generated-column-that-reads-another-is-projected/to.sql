CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, d AS (c || '!'), c AS (b || '?'), b AS (upper(a)), UNIQUE (a), CHECK (d <> ''));
