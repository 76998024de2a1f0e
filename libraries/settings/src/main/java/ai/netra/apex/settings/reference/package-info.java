/** Generates the reference of all settings, as a page for people and a schema for editors. */
@NullMarked
package ai.netra.apex.settings.reference;

import org.jspecify.annotations.NullMarked;
