-- Which database it is of those with the same service and tier.

alter table environment add column cluster_id uuid not null default gen_random_uuid();
