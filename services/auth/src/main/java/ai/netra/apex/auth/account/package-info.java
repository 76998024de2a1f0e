/** People: registering, signing in, and looking after one's own account. */
@NullMarked
package ai.netra.apex.auth.account;

import org.jspecify.annotations.NullMarked;
