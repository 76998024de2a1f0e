-- Keys for programs. The key itself is nowhere: only its SHA-256 digest, which is enough for 256 random bits.
CREATE TABLE api_key (
    id            uuid PRIMARY KEY,
    user_id       uuid        NOT NULL,
    name          text        NOT NULL,
    prefix        text        NOT NULL,
    digest        bytea       NOT NULL UNIQUE,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz
);

CREATE INDEX api_key_by_user ON api_key (user_id, created_at DESC);
