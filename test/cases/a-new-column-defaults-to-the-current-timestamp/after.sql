SELECT created_at > '2020' AND length(created_at) = 19 FROM t;
-- expect: 1
