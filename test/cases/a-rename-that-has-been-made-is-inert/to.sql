CREATE TABLE t (id INTEGER PRIMARY KEY,
  new_name TEXT, -- @renamed from=old_name
  old_name TEXT, more TEXT);
