/** What a request tells besides its body: address, origin, cookies. */
@NullMarked
package ai.netra.apex.auth.request;

import org.jspecify.annotations.NullMarked;
