PRAGMA ignore_check_constraints = ON;
INSERT INTO t VALUES (1, -5, 'Ada');
PRAGMA ignore_check_constraints = OFF;
