/** Certificates for tests, good and bad. */
@NullMarked
package ai.netra.apex.testing.tls;

import org.jspecify.annotations.NullMarked;
