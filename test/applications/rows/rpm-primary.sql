INSERT INTO db_info VALUES (10, 'abcdef');
INSERT INTO packages (pkgKey, pkgId, name, arch, version, epoch, release, time_file, size_package) VALUES
  (1, 'f00d', 'sqlite', 'x86_64', '3.46.0', '0', '1.fc41', 1700000000, 900000), (5, 'beef', 'zlib', 'noarch', '1.3', '0', '007', 1700000001, 1);
INSERT INTO files VALUES ('/usr/bin/sqlite3', 'file', 1), ('/usr/lib', 'dir', 1), ('/usr/lib/libz.so', 'file', 5);
INSERT INTO requires VALUES ('libz.so.1', NULL, NULL, NULL, NULL, 1, TRUE);
INSERT INTO requires (name, pkgKey) VALUES ('libc', 5);
INSERT INTO provides VALUES ('sqlite', 'EQ', '0', '3.46.0', '1', 1), ('zlib', 'EQ', '0', '1.30', '007', 5);
