SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx;
-- expect: 'other', NULL, '1'
-- expect: 't', 't_a', '3 2'
