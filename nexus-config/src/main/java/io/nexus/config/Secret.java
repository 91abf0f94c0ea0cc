package io.nexus.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a secret in an environment variable or a file. Only {@link #reveal()} reads the
 * value; it is never printed. Two secrets are equal if they refer to the same place.
 *
 * <p>Immutable and safe for any number of threads; a file is read at each call, so that a rotated
 * secret takes effect.
 */
public final class Secret {

  /** The kinds of places. */
  public enum Kind {
    /** An environment variable. */
    ENVIRONMENT("_env"),
    /** A file whose content, without white space around it, is the secret. */
    FILE("_file");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }

    String suffix() {
      return suffix;
    }
  }

  private final Kind kind;
  private final String place;
  private final Map<String, String> environment;

  private Secret(Kind kind, String place, Map<String, String> environment) {
    this.kind = kind;
    this.place = place;
    this.environment = environment;
  }

  /** The secret in the named variable of the environment. */
  public static Secret inEnvironment(String variable, Map<String, String> environment) {
    return new Secret(Kind.ENVIRONMENT, variable, environment);
  }

  /** The secret in the file. */
  public static Secret inFile(Path file) {
    return new Secret(Kind.FILE, file.toString(), Map.of());
  }

  /** The kind of place. */
  public Kind kind() {
    return kind;
  }

  /** The variable's name or the file's path. */
  public String place() {
    return place;
  }

  /** Whether there is a value that is not blank. */
  public boolean isSet() {
    try {
      var value = value();
      return value != null && !value.isBlank();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /**
   * The secret itself.
   *
   * @throws IllegalStateException if the variable is not set
   * @throws UncheckedIOException if the file cannot be read
   */
  public String reveal() {
    var value = value();
    if (value == null) {
      throw new IllegalStateException("environment variable " + place + " is not set");
    }
    return value.strip();
  }

  private @Nullable String value() {
    return switch (kind) {
      case ENVIRONMENT -> environment.get(place);
      case FILE -> content();
    };
  }

  private String content() {
    try {
      return Files.readString(Path.of(place));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the secret's file " + place, e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that && kind == that.kind && place.equals(that.place);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, place);
  }

  /** Always {@code ****}. */
  @Override
  public String toString() {
    return "****";
  }
}
