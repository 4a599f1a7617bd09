CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  name TEXT /* of a person */ UNIQUE,
  age INTEGER
);
