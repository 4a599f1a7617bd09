INSERT INTO t VALUES (1, 'größer 🙂'), (2, '田中');
