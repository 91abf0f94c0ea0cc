package io.nexus.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The pair of keys that refer to a secret: {@code STEM_env}, a variable, or {@code STEM_file}. The
 * file never contains the secret itself.
 */
final class SecretKeys {

  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");

  private SecretKeys() {}

  /** Reads a reference to a secret that must exist if it is given. */
  static Optional<Secret> read(TableReader in, String stem) {
    var secret = place(in, stem);
    secret
        .filter(place -> in.needsSecrets() && !place.isSet())
        .ifPresent(
            place ->
                in.problem(stem + place.kind().suffix(), unset(place), "provide the secret there"));
    return secret;
  }

  /**
   * Reads a reference to a secret that may be missing.
   *
   * @param variable the default variable
   * @param consequence the effect of its absence, reported if a reference is given
   */
  static Secret read(TableReader in, String stem, String variable, String consequence) {
    var secret = place(in, stem);
    secret
        .filter(place -> in.needsSecrets() && !place.isSet())
        .ifPresent(
            place -> in.notice(stem + place.kind().suffix(), unset(place) + ": " + consequence));
    return secret.orElseGet(() -> Secret.inEnvironment(variable, in.environment()));
  }

  private static Optional<Secret> place(TableReader in, String stem) {
    var variable = Key.of(stem + Secret.Kind.ENVIRONMENT.suffix(), Types.text());
    var file = Key.of(stem + Secret.Kind.FILE.suffix(), Types.path());
    var inVariable = in.optional(variable);
    var inFile = in.optional(file);
    if (inVariable.isPresent() && inFile.isPresent()) {
      in.problem(file.name(), "is given beside " + variable.name(), "keep one of them");
    }
    return inVariable
        .map(name -> Secret.inEnvironment(name, in.environment()))
        .or(() -> inFile.map(Secret::inFile));
  }

  /** Does not quote a name that does not look like a variable's: it may be the secret itself. */
  static String unset(Secret secret) {
    return switch (secret.kind()) {
      case ENVIRONMENT ->
          VARIABLE.matcher(secret.place()).matches()
              ? "environment variable " + secret.place() + " is not set"
              : "does not name a set environment variable (not shown: it may be the secret)";
      case FILE -> Types.shown(secret.place()) + " cannot be read or is empty";
    };
  }
}
