-- @renamed from=notes
CREATE VIRTUAL TABLE texts USING fts5(body);
