/** What every HTTP answer has: problem documents, a correlation id, a bound on the body. */
@NullMarked
package ai.netra.apex.servicekit.http;

import org.jspecify.annotations.NullMarked;
