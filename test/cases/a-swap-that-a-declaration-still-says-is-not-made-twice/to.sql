CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  b TEXT NOT NULL, -- @renamed from=a
  a INTEGER NOT NULL -- @renamed from=b
);
