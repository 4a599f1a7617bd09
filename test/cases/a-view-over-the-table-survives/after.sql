SELECT name FROM shouted;
-- expect: 'ADA'
