SELECT was, now FROM log;
-- expect: 'a', 'b'
