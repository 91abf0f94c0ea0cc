/**
 * What a configuration begins with: the model servers that answer on this machine, the providers
 * whose keys the environment has, and the text of a first {@code nexus.toml}. Start at {@link
 * io.nexus.server.setup.FirstConfig}. It knows nothing of a running gateway.
 */
package io.nexus.server.setup;
