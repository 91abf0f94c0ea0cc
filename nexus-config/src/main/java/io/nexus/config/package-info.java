/**
 * {@code nexus.toml} as records. Start at {@link io.nexus.config.NexusConfig}: it reads a file and
 * the environment, and returns the configuration or all mistakes. Secrets remain references until
 * they are used.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.config;
