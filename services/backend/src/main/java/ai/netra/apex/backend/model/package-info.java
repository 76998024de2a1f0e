/**
 * Language models: their providers' protocols, the catalog of what can be asked, and the asking.
 */
@NullMarked
package ai.netra.apex.backend.model;

import org.jspecify.annotations.NullMarked;
