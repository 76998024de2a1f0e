-- Accounts, sign-ins and what guards them. The owner role runs this; the service role gets rows, not tables.

create table account (
    id                  uuid primary key,
    email               text not null,
    email_key           text not null,
    display_name        text not null,
    password_hash       text,
    roles               text not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    password_changed_at timestamptz,
    last_login_at       timestamptz
);
create unique index account_email_key on account (email_key);
comment on column account.email_key is 'The address in the one form by which it is compared.';
comment on column account.roles is 'Role names, separated by one space.';

-- Holds one row once there has been a first account, for as long as the installation lives.
create table first_account (
    id         smallint primary key check (id = 1),
    account_id uuid not null,
    created_at timestamptz not null
);

-- One row is one sign-in and one family of refresh tokens. Only hashes of tokens are kept.
create table session (
    id             uuid primary key,
    account_id     uuid not null references account (id) on delete cascade,
    family_hash    bytea not null,
    token_hash     bytea not null,
    previous_hash  bytea,
    successor_salt bytea,
    generation     integer not null,
    created_at     timestamptz not null,
    rotated_at     timestamptz not null,
    expires_at     timestamptz not null,
    user_agent     text not null,
    address        text not null,
    revoked_at     timestamptz,
    revoked_reason text
) with (fillfactor = 85);
create index session_account on session (account_id);
create index session_expires_at on session (expires_at);
comment on column session.successor_salt is 'With the previous token it yields the current one, and with nothing else.';

-- The order in which revocations were committed: whoever writes one holds this row until the commit,
-- so that a reader who has seen number n has seen all before it.
create table revocation_head (
    id       smallint primary key check (id = 1),
    sequence bigint not null
);
insert into revocation_head (id, sequence) values (1, 0);

create table revocation (
    sequence   bigint primary key,
    session_id uuid not null,
    revoked_at timestamptz not null
);
create index revocation_revoked_at on revocation (revoked_at);

-- Access tokens revoked one by one (RFC 7009), until they would have expired.
create table revoked_token (
    jti        text primary key,
    expires_at timestamptz not null
);
create index revoked_token_expires_at on revoked_token (expires_at);

-- Client assertions that were used, until they would have expired.
create table used_assertion (
    client_id  text not null,
    jti_hash   bytea not null,
    expires_at timestamptz not null,
    primary key (client_id, jti_hash)
);
create index used_assertion_expires_at on used_assertion (expires_at);

-- Guesses at one account's password within a window; the subject is a hash, known account or not.
create table login_guard (
    subject        bytea primary key,
    attempts       integer not null,
    failures       integer not null,
    window_ends_at timestamptz not null,
    locked_until   timestamptz
) with (fillfactor = 85);
create index login_guard_window_ends_at on login_guard (window_ends_at);

-- Generic cell rate algorithm: the theoretical arrival time of the next request, in epoch milliseconds.
create table rate_limit (
    subject bytea primary key,
    arrival bigint not null
) with (fillfactor = 85);

create table auth_event (
    id             uuid primary key,
    occurred_at    timestamptz not null,
    kind           text not null,
    account_id     uuid,
    session_id     uuid,
    address        text not null,
    correlation_id text not null,
    detail         text not null
);
create index auth_event_occurred_at on auth_event (occurred_at);
create index auth_event_account on auth_event (account_id, occurred_at);

grant usage on schema ${flyway:defaultSchema} to ${service_role};
grant select, insert, update, delete on
    account, first_account, session, revocation, revoked_token, used_assertion, login_guard, rate_limit
    to ${service_role};
grant select, update on revocation_head to ${service_role};
-- What happened is added to and expires; it is never changed.
grant select, insert, delete on auth_event to ${service_role};
