/** Where secrets are kept: mounted files, systemd credentials, HashiCorp Vault. */
@NullMarked
package ai.netra.apex.settings.store;

import org.jspecify.annotations.NullMarked;
