SELECT name FROM over_t;
-- expect: 'Ada'
