package io.nexus.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [pricing_files]}: external price lists. Relative paths are resolved against the working
 * directory.
 *
 * @param litellm a price map in LiteLLM's format
 */
public record PricingFiles(Optional<Path> litellm) {}
