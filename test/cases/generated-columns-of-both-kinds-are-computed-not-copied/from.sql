CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  price REAL,
  tax VARCHAR(9),
  gross REAL GENERATED ALWAYS AS (price * 1.25) STORED,
  label TEXT AS (upper(tax)) VIRTUAL,
  both TEXT AS (label || gross)
);
CREATE INDEX t_label ON t (label);
