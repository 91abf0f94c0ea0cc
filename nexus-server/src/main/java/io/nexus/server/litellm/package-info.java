/**
 * Turns the configuration of a LiteLLM proxy into a {@code nexus.toml}, and notes line by line what
 * has no counterpart. Start at {@link io.nexus.server.litellm.ProxyImport}. It knows nothing of a
 * running gateway; only {@code YamlDocument} knows the YAML library, which nothing else loads.
 */
package io.nexus.server.litellm;
