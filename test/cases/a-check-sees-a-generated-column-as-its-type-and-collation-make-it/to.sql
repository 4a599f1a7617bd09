CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, whole INTEGER AS (a), same TEXT COLLATE NOCASE AS ('x' || a) STORED, words TEXT AS (id * 1.5), exact REAL AS (id),
  CHECK (typeof(whole) = 'integer'), CHECK (same = 'X' || a), CHECK (typeof(words) = 'text'), CHECK (typeof(exact) = 'real'));
