SELECT * FROM everything;
-- expect: 1, NULL, 'Ada', 36
