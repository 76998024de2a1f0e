package ai.netra.apex.database.admission;

/** Urgency; the order of the constants is the order served. */
public enum Rank {
    CRITICAL(0),
    HIGH(1),
    NORMAL(2),
    LOW(3);

    private final int level;

    Rank(int level) {
        this.level = level;
    }

    /** 0 is the most urgent. */
    int level() {
        return level;
    }
}
