INSERT INTO t VALUES (1, 'Ada');
INSERT INTO notes VALUES ('first', 'the quick fox');
INSERT INTO boxes VALUES (1, 0, 5);
