CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, d AS (c || '!'), c AS (b || '?'), b AS (upper(a)));
