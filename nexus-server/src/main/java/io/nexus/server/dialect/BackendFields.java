package io.nexus.server.dialect;

import java.util.Optional;

/**
 * Which of the fields that not all servers know a backend takes in requests. Empty where nobody has
 * said: then it is sent what most take.
 *
 * @param usageOption whether it may be asked for the usage at a stream's end
 * @param maxTokensField the name of the field for the longest answer
 */
public record BackendFields(Optional<Boolean> usageOption, Optional<String> maxTokensField) {

  /** Nobody has said anything. */
  public static final BackendFields USUAL = new BackendFields(Optional.empty(), Optional.empty());

  /** These, and the other's where these say nothing. */
  public BackendFields or(BackendFields other) {
    return new BackendFields(
        usageOption.or(other::usageOption), maxTokensField.or(other::maxTokensField));
  }

  /** The same for a backend that does not take the wish for usage. */
  public BackendFields withoutUsageOption() {
    return new BackendFields(Optional.of(false), maxTokensField);
  }

  /** The same for a backend that takes the longest answer in this field only. */
  public BackendFields withMaxTokensField(String name) {
    return new BackendFields(usageOption, Optional.of(name));
  }
}
