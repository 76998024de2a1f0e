/** Tests of the services' configurations side by side. */
@NullMarked
package ai.netra.apex.configuration;

import org.jspecify.annotations.NullMarked;
