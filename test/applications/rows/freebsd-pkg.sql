INSERT INTO packages (id, origin, name, version, comment, desc, arch, maintainer, prefix, flatsize, automatic, licenselogic, manifestdigest) VALUES
  (1, 'databases/sqlite3', 'sqlite3', '3.46.0', 'SQL engine', '', 'FreeBSD:14:amd64', 'x@example.org', '/usr/local', 10, 0, 1, 'd1'),
  (2, 'devel/Readline', 'readline', '8.2.10', 'Line editing', '', 'FreeBSD:14:amd64', 'x@example.org', '/usr/local', 20, 1, 1, 'd2');
INSERT INTO files VALUES ('/usr/local/bin/sqlite3', '1$ab', 1);
INSERT INTO deps VALUES ('devel/readline', 'readline', '8.2.10', 1);
INSERT INTO shlibs VALUES (1, 'libreadline.so.8');
INSERT INTO pkg_shlibs (package_id, shlib_id) VALUES (1, 1);
INSERT INTO scripts (package_id, script, type) VALUES (1, 'echo "installed"', 2), (2, 'exit 0;', 2);
INSERT INTO options (package_id, option, value) VALUES (1, 'FTS5', 'on'), (1, 'ICU', 'off');
INSERT INTO annotation VALUES (1, 'repository'), (2, 'FreeBSD');
INSERT INTO pkg_annotation VALUES ('1', 1, 2);
INSERT INTO pkg_lock VALUES (0, 0, 0);
INSERT INTO pkg_search (docid, id, name, origin) SELECT id, id, name, origin FROM packages;
