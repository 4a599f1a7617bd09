CREATE TABLE t (
  id INTEGER PRIMARY KEY, -- first
  name TEXT -- last, with a ) and a ;
  /* CHECK (0) */
);
CREATE TABLE u (id INTEGER PRIMARY KEY -- no comma, then a constraint
  , CHECK (id > 0) -- positive
) -- ends in a comment
;
