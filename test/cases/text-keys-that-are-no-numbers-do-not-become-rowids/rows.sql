INSERT INTO t VALUES ('1', 'Ada'), ('two', 'Bob');
