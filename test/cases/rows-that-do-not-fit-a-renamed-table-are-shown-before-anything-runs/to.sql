CREATE TABLE members ( -- @renamed from=users
  id INTEGER PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE -- @renamed from=name
);
