package ai.netra.apex.settings.reload;

/** The states of a configuration while its service runs. */
public enum ConfigState {
    /** The newest configuration is in force. */
    VALID,
    /** The newest one was refused, an older one is in force, and it will be tried again. */
    CONFIG_ERROR,
    /** It is being tried again. */
    CONFIG_RETRY,
    /** Retries are used up, an older one is in force: somebody has to correct the newest. */
    FATAL_CONFIG
}
