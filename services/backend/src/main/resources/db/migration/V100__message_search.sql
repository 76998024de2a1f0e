-- A person's messages by full text. btree_gin puts the person into the same index, so that a common word of everybody
-- costs nobody. Only the first 100,000 characters are indexed: a tsvector has a bound of 1 MB, and an answer must never
-- fail to be stored because it is long. No stored column: the rows of the message list stay narrow.
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE INDEX message_search ON message
    USING gin (user_id, to_tsvector('english', left(content, 100000)));
