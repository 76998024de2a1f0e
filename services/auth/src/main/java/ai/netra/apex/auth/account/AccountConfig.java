package ai.netra.apex.auth.account;

/**
 * About accounts.
 *
 * @param firstIsAdmin whether the first account ever made here becomes administrator and operator
 */
public record AccountConfig(boolean firstIsAdmin) {}
