SELECT a FROM old_t;
-- expect: 'one'
