package io.nexus.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [pricing_files]}: price lists of others. A relative path is found from the working
 * directory.
 *
 * @param litellm a price map in LiteLLM's format
 */
public record PricingFiles(Optional<Path> litellm) {}
