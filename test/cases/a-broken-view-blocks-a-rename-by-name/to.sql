CREATE TABLE t (id INTEGER PRIMARY KEY, 
 b TEXT -- @renamed from=a
);
CREATE VIEW broken AS SELECT absent FROM t;
