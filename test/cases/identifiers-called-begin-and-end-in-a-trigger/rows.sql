INSERT INTO spans VALUES (1, 2, 3, 'Ada');
