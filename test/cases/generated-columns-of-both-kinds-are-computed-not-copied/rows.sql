INSERT INTO t (id, price, tax) VALUES (1, 10, 'full'), (2, NULL, NULL);
