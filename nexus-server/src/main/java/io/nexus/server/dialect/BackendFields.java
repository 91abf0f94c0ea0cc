package io.nexus.server.dialect;

import java.util.Optional;

/**
 * The optional request fields that a backend accepts. Empty values are unknown; then it is sent
 * what most servers accept.
 *
 * @param usageOption whether it accepts the option for usage at a stream's end
 * @param maxTokensField the name of the field for the output limit
 */
public record BackendFields(Optional<Boolean> usageOption, Optional<String> maxTokensField) {

  /** Nothing is known. */
  public static final BackendFields USUAL = new BackendFields(Optional.empty(), Optional.empty());

  /** These fields, completed by the other's. */
  public BackendFields or(BackendFields other) {
    return new BackendFields(
        usageOption.or(other::usageOption), maxTokensField.or(other::maxTokensField));
  }

  /** These fields without the usage option. */
  public BackendFields withoutUsageOption() {
    return new BackendFields(Optional.of(false), maxTokensField);
  }

  /** These fields with the given field for the output limit. */
  public BackendFields withMaxTokensField(String name) {
    return new BackendFields(usageOption, Optional.of(name));
  }
}
