/**
 * The initial configuration: the model servers on this machine, the providers with keys in the
 * environment, and the text of a first {@code nexus.toml}. Start at {@link
 * io.nexus.server.setup.FirstConfig}. It knows nothing of a running gateway.
 */
package io.nexus.server.setup;
