SELECT * FROM _schema_kept_t;
-- expect: 1, 1, 'x'
-- expect: 2, 2, 'y'
