INSERT INTO _schema_old_t VALUES (1, 'Ada');
