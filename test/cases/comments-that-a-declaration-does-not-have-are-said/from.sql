CREATE TABLE t ( -- the only table
  id INTEGER PRIMARY KEY,
  name TEXT /* of a person */,
  age INTEGER -- in years
);
