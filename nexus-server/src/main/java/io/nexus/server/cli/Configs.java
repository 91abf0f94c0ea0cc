package io.nexus.server.cli;

import io.nexus.config.ConfigResult;
import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads the configuration of a command. */
final class Configs {

  private static final Path USUAL = Path.of("nexus.toml");

  private Configs() {}

  /**
   * Loads it: the file given, or {@code nexus.toml} here if there is one, or the defaults.
   *
   * @param file null if none was given
   * @throws Failure with exit code 2, after printing all problems
   */
  static Loaded load(@Nullable Path file, Map<String, String> environment, PrintWriter err) {
    return load(file, environment, true, err);
  }

  /**
   * Loads it, optionally without secrets: those that a command uses are read when it does, and the
   * others need not exist.
   */
  static Loaded load(
      @Nullable Path file, Map<String, String> environment, boolean secrets, PrintWriter err) {
    var chosen = chosen(file);
    var result =
        chosen == null ? NexusConfig.defaults(environment) : read(chosen, environment, secrets);
    return reported(result, err);
  }

  /** The configuration for a command with an explicit ledger: the default file if it is valid. */
  static Loaded besideLedger(Map<String, String> environment, PrintWriter err) {
    var usual = chosen(null);
    return usual != null
            && NexusConfig.loadWithoutSecrets(usual, environment) instanceof Loaded loaded
        ? loaded
        : reported(NexusConfig.defaults(environment), err);
  }

  private static Loaded reported(ConfigResult result, PrintWriter err) {
    return switch (result) {
      case Loaded loaded -> loaded;
      case Invalid invalid -> {
        invalid.problems().forEach(problem -> err.println("nexus: configuration: " + problem));
        throw new Failure(Failure.USAGE);
      }
    };
  }

  /** The file to load: the given one, or the default if it exists; else null. */
  static @Nullable Path chosen(@Nullable Path file) {
    return file == null && Files.exists(USUAL) ? USUAL : file;
  }

  private static ConfigResult read(Path file, Map<String, String> environment, boolean secrets) {
    if (!Files.isReadable(file)) {
      throw new Failure(
          Failure.USAGE,
          "configuration: " + file + ": cannot be read: give an existing file with --config");
    }
    return secrets
        ? NexusConfig.load(file, environment)
        : NexusConfig.loadWithoutSecrets(file, environment);
  }
}
