SELECT length(uid) FROM t;
-- expect: 16
