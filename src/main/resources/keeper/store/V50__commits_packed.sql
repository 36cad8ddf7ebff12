-- SPDX-License-Identifier: GPL-2.0-or-later
-- Commits lie 1,024 to a row and are found by keys: a row for each of a million commits, an index on its id and another on its title took
-- most of the time of an index run and nine tenths of the bytes. What logs name, and what that means, stays in rows. Histories are read
-- again after this change; what mails say and what people wrote down stays.

DROP TABLE history_commit;
DELETE FROM reference WHERE commit_id IS NOT NULL;
DELETE FROM link;
DELETE FROM branch;
DELETE FROM release_tag;
DELETE FROM repository_ref;
DELETE FROM repository_head;
DELETE FROM history_part;
UPDATE history_done SET commits = 0;
UPDATE repository SET commits = 0, head = NULL, newest = 0, cut = '', cut_date = 0, refs = 0, reach = NULL;

-- Commits number * 1024 + 1 and the following, in the order of their numbers.
CREATE TABLE history_block (
  number INTEGER PRIMARY KEY,
  ids    BYTEA NOT NULL,            -- how many bytes an id has, then the ids; all zero: it was forgotten
  texts  BYTEA NOT NULL             -- dates, authors, titles; see keeper.store.CommitBlock
);

-- Which number has an id, or a title: those whose id or hash begins with the same twelve bits, in the order of their numbers.
CREATE TABLE history_key (
  kind   SMALLINT NOT NULL,         -- 0 ids: 16 bytes and the number; 1 hashes of titles: 8 bytes and the number
  bucket INTEGER NOT NULL,
  keys   BYTEA NOT NULL,
  PRIMARY KEY (kind, bucket)
);

-- The rows of "link" once more, of 65,536 commits each, for questions about all of them.
CREATE TABLE history_links (
  number INTEGER PRIMARY KEY,
  links  BYTEA NOT NULL
);
