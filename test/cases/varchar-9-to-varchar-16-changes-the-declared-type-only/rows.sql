INSERT INTO t VALUES (1, '5'), (2, 'much longer than sixteen characters'), (3, x'0a'), (4, NULL);
