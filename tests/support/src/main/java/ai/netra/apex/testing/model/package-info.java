/** A model provider for tests and load runs: real HTTP in four vendors' protocols, scripted. */
@NullMarked
package ai.netra.apex.testing.model;

import org.jspecify.annotations.NullMarked;
