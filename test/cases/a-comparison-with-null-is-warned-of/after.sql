SELECT count(*) FROM v;
-- expect: 0
