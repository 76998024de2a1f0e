/** What happened to accounts and sessions, kept and counted. */
@NullMarked
package ai.netra.apex.auth.audit;

import org.jspecify.annotations.NullMarked;
