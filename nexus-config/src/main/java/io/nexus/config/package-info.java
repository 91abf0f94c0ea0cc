/**
 * {@code nexus.toml} as records. Start at {@link io.nexus.config.NexusConfig}: it reads a file and
 * the environment, and gives the configuration or every mistake at once. Secrets stay names until
 * they are used.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.config;
