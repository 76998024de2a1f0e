-- Whose database this is: a process of another tier or another service refuses to work on it.

create table environment (
    id         smallint primary key check (id = 1),
    service    text not null,
    tier       text not null,
    created_at timestamptz not null
);
insert into environment (id, service, tier, created_at) values (1, 'auth', '${tier}', now());
grant select on environment to ${service_role};
