SELECT id FROM _schema_old_t UNION ALL SELECT id FROM t_new;
-- expect: 5
-- expect: 6
