-- SPDX-License-Identifier: GPL-2.0-or-later
-- What a patchwork was told of each patch; one row a patch mail and list, written before and after the request.

CREATE TABLE patchwork_check (
  message_id VARCHAR(998) NOT NULL,
  list       VARCHAR NOT NULL,
  state      VARCHAR(12) NOT NULL,           -- waiting, posted, failed, gone
  reason     VARCHAR NOT NULL,
  attempts   INTEGER NOT NULL,
  until      TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (message_id, list)
);
