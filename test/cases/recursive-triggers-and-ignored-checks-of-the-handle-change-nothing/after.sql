SELECT count(*) FROM log;
-- expect: 0
