-- The tables of db/migration in SQLite's types, for the fast-test mode; a test compares the two.

create table account (
    id                  text primary key,
    email               text not null,
    email_key           text not null,
    display_name        text not null,
    password_hash       text,
    roles               text not null,
    created_at          integer not null,
    updated_at          integer not null,
    password_changed_at integer,
    last_login_at       integer
);
create unique index account_email_key on account (email_key);

-- Whose database this is: a process of another tier or another service refuses to work on it.
create table environment (
    id         integer primary key check (id = 1),
    service    text not null,
    tier       text not null,
    created_at integer not null,
    cluster_id text not null
);
insert into environment (id, service, tier, created_at, cluster_id)
values (1, 'auth', 'test', 0, '00000000-0000-0000-0000-000000000000');

-- Holds one row once there has been a first account, for as long as the installation lives.
create table first_account (
    id         integer primary key check (id = 1),
    account_id text not null,
    created_at integer not null
);

-- One row is one sign-in and one family of refresh tokens. Only hashes of tokens are kept.
create table session (
    id             text primary key,
    account_id     text not null references account (id) on delete cascade,
    family_hash    blob not null,
    token_hash     blob not null,
    previous_hash  blob,
    successor_salt blob,
    generation     integer not null,
    created_at     integer not null,
    rotated_at     integer not null,
    expires_at     integer not null,
    user_agent     text not null,
    address        text not null,
    revoked_at     integer,
    revoked_reason text
);
create index session_account on session (account_id);
create index session_expires_at on session (expires_at);

-- The order in which revocations were committed: whoever writes one holds this row until the commit,
-- so that a reader who has seen number n has seen all before it.
create table revocation_head (
    id       integer primary key check (id = 1),
    sequence integer not null
);
insert into revocation_head (id, sequence) values (1, 0);

create table revocation (
    sequence   integer primary key,
    session_id text not null,
    revoked_at integer not null
);
create index revocation_revoked_at on revocation (revoked_at);

-- Access tokens revoked one by one (RFC 7009), until they would have expired.
create table revoked_token (
    jti        text primary key,
    expires_at integer not null
);
create index revoked_token_expires_at on revoked_token (expires_at);

-- Client assertions that were used, until they would have expired.
create table used_assertion (
    client_id  text not null,
    jti_hash   blob not null,
    expires_at integer not null,
    primary key (client_id, jti_hash)
);
create index used_assertion_expires_at on used_assertion (expires_at);

-- Guesses at one account's password within a window; the subject is a hash, known account or not.
create table login_guard (
    subject        blob primary key,
    attempts       integer not null,
    failures       integer not null,
    window_ends_at integer not null,
    locked_until   integer
);
create index login_guard_window_ends_at on login_guard (window_ends_at);

-- Generic cell rate algorithm: the theoretical arrival time of the next request, in epoch milliseconds.
create table rate_limit (
    subject blob primary key,
    arrival integer not null
);

create table auth_event (
    id             text primary key,
    occurred_at    integer not null,
    kind           text not null,
    account_id     text,
    session_id     text,
    address        text not null,
    correlation_id text not null,
    detail         text not null
);
create index auth_event_occurred_at on auth_event (occurred_at);
create index auth_event_account on auth_event (account_id, occurred_at);
