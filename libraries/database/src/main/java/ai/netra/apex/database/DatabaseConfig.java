package ai.netra.apex.database;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a {@link DatabaseManager} needs to know. Immutable; made by {@link #builder}, which
 * reports every problem at once.
 *
 * @param name of the pool, in logs, metrics and {@code pg_stat_activity}
 * @param tier where the application runs
 * @param url where the database is, over one or more routes
 * @param credentials asked for every physical connection
 * @param pool bounds of the pool's size
 * @param limits how long things may take
 * @param admission who gets a session when they are scarce
 * @param startPolicy what an unreachable database at start means
 * @param cleanup when returned connections are verified
 * @param connectionCheck looks at each new connection before it is used
 * @param validateCommits whether commits whose answer is lost are resolved by transaction id; costs
 *     one round trip for each writing transaction
 * @param allowUnwrap whether {@code unwrap} hands out the driver's own objects, which are outside
 *     of every guard; a connection of which one was had is closed when its session ends
 * @param recordBorrower whether the stack of every borrower is kept, or of one in 64 and of every
 *     operation that has leaked before
 */
public record DatabaseConfig(
        String name,
        Tier tier,
        DatabaseUrl url,
        CredentialsSource credentials,
        PoolBounds pool,
        TimeLimits limits,
        AdmissionPolicy admission,
        StartPolicy startPolicy,
        CleanupCheck cleanup,
        ConnectionCheck connectionCheck,
        boolean validateCommits,
        boolean allowUnwrap,
        boolean recordBorrower) {

    /** A builder with the defaults of {@code tier}. */
    public static Builder builder(String name, Tier tier) {
        return new Builder(name, tier);
    }

    /**
     * The same with other bounds, for {@link DatabaseManager#adjust}.
     *
     * @throws InvalidDatabaseConfigException with every problem
     */
    DatabaseConfig with(PoolBounds nextPool, TimeLimits nextLimits, AdmissionPolicy nextAdmission) {
        List<ConfigProblem> problems = new ArrayList<>();
        ProblemSink sink = (field, why, what) -> problems.add(new ConfigProblem(field, why, what));
        nextPool.check(sink);
        nextLimits.check(sink);
        nextAdmission.check(nextPool, sink);
        if (nextAdmission.adaptive() != admission.adaptive()) {
            sink.report("admission.adaptive", "cannot be changed at run time", "start anew");
        }
        if (!problems.isEmpty()) {
            throw new InvalidDatabaseConfigException(
                    "the new bounds of database '" + name + "' are invalid", problems);
        }
        return new DatabaseConfig(
                name,
                tier,
                url,
                credentials,
                nextPool,
                nextLimits,
                nextAdmission,
                startPolicy,
                cleanup,
                connectionCheck,
                validateCommits,
                allowUnwrap,
                recordBorrower);
    }

    /** Collects settings; {@link #build()} checks them together. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Tier tier;
        private @Nullable DatabaseUrl url;
        private @Nullable CredentialsSource credentials;
        private PoolBounds pool;
        private TimeLimits limits;
        private AdmissionPolicy admission = AdmissionPolicy.standard();
        private StartPolicy startPolicy = StartPolicy.DEGRADED;
        private CleanupCheck cleanup;
        private ConnectionCheck connectionCheck = ConnectionCheck.NONE;
        private boolean validateCommits = true;
        private boolean allowUnwrap;
        private boolean recordBorrower;

        private Builder(String name, Tier tier) {
            this.name = name;
            this.tier = tier;
            this.pool = PoolBounds.forTier(tier);
            this.limits = TimeLimits.forTier(tier);
            this.recordBorrower = tier == Tier.LOCAL || tier == Tier.TEST;
            this.cleanup = tier == Tier.TEST ? CleanupCheck.ALWAYS : CleanupCheck.SUSPECTED;
        }

        /** Where the database is. */
        public Builder url(DatabaseUrl value) {
            this.url = value;
            return this;
        }

        /** Who signs in. */
        public Builder credentials(CredentialsSource value) {
            this.credentials = value;
            return this;
        }

        /** Bounds of the pool's size. */
        public Builder pool(PoolBounds value) {
            this.pool = value;
            return this;
        }

        /** How long things may take. */
        public Builder limits(TimeLimits value) {
            this.limits = value;
            return this;
        }

        /** Who gets a session when they are scarce. */
        public Builder admission(AdmissionPolicy value) {
            this.admission = value;
            return this;
        }

        /** What an unreachable database at start means. */
        public Builder startPolicy(StartPolicy value) {
            this.startPolicy = value;
            return this;
        }

        /** When returned connections are verified. */
        public Builder cleanup(CleanupCheck value) {
            this.cleanup = value;
            return this;
        }

        /** What looks at each new connection before it is used. */
        public Builder connectionCheck(ConnectionCheck value) {
            this.connectionCheck = value;
            return this;
        }

        /** Whether commits whose answer is lost are resolved by transaction id. */
        public Builder validateCommits(boolean value) {
            this.validateCommits = value;
            return this;
        }

        /** Whether {@code unwrap} hands out the driver's own objects. */
        public Builder allowUnwrap(boolean value) {
            this.allowUnwrap = value;
            return this;
        }

        /** Whether the stack of every borrower is kept. */
        public Builder recordBorrower(boolean value) {
            this.recordBorrower = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws InvalidDatabaseConfigException with every problem
         */
        public DatabaseConfig build() {
            List<ConfigProblem> problems = new ArrayList<>();
            ProblemSink sink =
                    (field, why, what) -> problems.add(new ConfigProblem(field, why, what));
            if (name.isBlank() || name.length() > 40) {
                sink.report("name", "is empty or longer than 40 characters", "name the pool");
            }
            if (url == null) {
                sink.report("url", "is missing", "say where the database is");
            }
            if (credentials == null) {
                sink.report("credentials", "are missing", "say who signs in");
            }
            pool.check(sink);
            limits.check(sink);
            admission.check(pool, sink);
            if (!problems.isEmpty() || url == null || credentials == null) {
                throw new InvalidDatabaseConfigException(
                        "the configuration of database '" + name + "' is invalid", problems);
            }
            return new DatabaseConfig(
                    name,
                    tier,
                    url,
                    credentials,
                    pool,
                    limits,
                    admission,
                    startPolicy,
                    cleanup,
                    connectionCheck,
                    validateCommits,
                    allowUnwrap,
                    recordBorrower);
        }
    }
}
