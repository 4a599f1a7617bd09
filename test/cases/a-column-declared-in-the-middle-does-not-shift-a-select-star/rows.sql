INSERT INTO paths VALUES (1, 'Ada');
