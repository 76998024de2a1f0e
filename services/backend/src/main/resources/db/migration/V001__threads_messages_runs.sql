-- Threads are trees of messages; one path of each tree, from a root to a leaf, is the active branch.
CREATE TABLE thread (
    id              uuid PRIMARY KEY,
    user_id         uuid        NOT NULL,
    title           text        NOT NULL DEFAULT '',
    title_source    text        NOT NULL DEFAULT 'none' CHECK (title_source IN ('none', 'generated', 'user')),
    pinned          boolean     NOT NULL DEFAULT false,
    active_leaf_id  uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz
);

CREATE INDEX thread_by_user ON thread (user_id, pinned DESC, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX thread_deleted ON thread (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE message (
    id                 uuid PRIMARY KEY,
    thread_id          uuid        NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    user_id            uuid        NOT NULL,
    parent_id          uuid,
    role               text        NOT NULL CHECK (role IN ('user', 'assistant')),
    status             text        NOT NULL CHECK (status IN ('complete', 'streaming', 'failed', 'stopped')),
    content            text        NOT NULL,
    -- Distance from the root, and whether the message is on the active branch: a page of the branch is one index range.
    depth              int         NOT NULL CHECK (depth >= 0),
    active             boolean     NOT NULL,
    sibling_count      int         NOT NULL DEFAULT 1,
    client_message_id  text,
    run_id             uuid,
    model              text,
    steps              jsonb,
    problem            jsonb,
    input_tokens       bigint,
    output_tokens      bigint,
    duration_ms        bigint,
    created_at         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (thread_id, id),
    FOREIGN KEY (thread_id, parent_id) REFERENCES message (thread_id, id) ON DELETE CASCADE
);

CREATE INDEX message_active_branch ON message (thread_id, depth DESC) WHERE active;
CREATE INDEX message_by_parent ON message (thread_id, parent_id, id);
CREATE UNIQUE INDEX message_client_id ON message (thread_id, client_message_id) WHERE client_message_id IS NOT NULL;

-- A run makes one answer. owner, fence and attempt say who executes it: a writer whose fence is not the row's is refused.
CREATE TABLE run (
    id              uuid PRIMARY KEY,
    thread_id       uuid        NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    user_id         uuid        NOT NULL,
    question_id     uuid        NOT NULL,
    answer_id       uuid        NOT NULL,
    model           text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'stopped')),
    owner           uuid,
    fence           bigint      NOT NULL DEFAULT 0,
    attempt         int         NOT NULL DEFAULT 0,
    stop_requested  boolean     NOT NULL DEFAULT false,
    last_sequence   bigint,
    problem         jsonb,
    input_tokens    bigint,
    output_tokens   bigint,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    ended_at        timestamptz
);

CREATE INDEX run_open ON run (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX run_open_by_user ON run (user_id) WHERE state IN ('queued', 'running');
CREATE INDEX run_by_thread ON run (thread_id);

-- One row per process that executes runs; its lease is renewed by a heartbeat, on the database's clock.
CREATE TABLE replica (
    id           uuid PRIMARY KEY,
    name         text        NOT NULL,
    lease_until  timestamptz NOT NULL
);
