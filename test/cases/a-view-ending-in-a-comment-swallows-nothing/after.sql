SELECT name FROM w;
-- expect: 'Ada'
