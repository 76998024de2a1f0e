-- Whose database this is: a process of another tier or another service refuses to work on it.

CREATE TABLE environment (
    id         smallint    PRIMARY KEY CHECK (id = 1),
    service    text        NOT NULL,
    tier       text        NOT NULL,
    cluster_id uuid        NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO environment (id, service, tier) VALUES (1, 'backend', '${tier}');

-- The service reads the mark and cannot change it.
REVOKE ALL ON environment FROM "${service_role}";
GRANT SELECT ON environment TO "${service_role}";
