SELECT count(*) FROM _schema_kept_old;
-- expect: 2
SELECT seq FROM _schema_kept_old_mark;
-- expect: 9
SELECT rowid, typeof(a), typeof(b) FROM _schema_kept_loose;
-- expect: 5, 'text', 'real'
-- expect: 8, 'integer', 'text'
-- expect: 9, 'null', 'real'
