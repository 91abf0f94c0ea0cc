package io.nexus.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import io.helidon.config.spi.ConfigSource;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Reads a configuration through Helidon Config; the environment overrides the file. */
final class ConfigLoader {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Virtual size: only the used part takes memory. */
  private static final long STACK_BYTES = 1 << 28;

  private ConfigLoader() {}

  /** Reads a file. Without {@code secrets}, missing secrets are not mistakes. */
  static ConfigResult load(Path file, Map<String, String> environment, boolean secrets) {
    try {
      return load(file.toString(), Files.readString(file), environment, secrets);
    } catch (NoSuchFileException e) {
      return unreadable(file, "there is no such file", "create it, or name another");
    } catch (AccessDeniedException e) {
      return unreadable(file, "must not be read", "give this user the right to read it");
    } catch (CharacterCodingException e) {
      return unreadable(file, "is not in UTF-8", "save it in UTF-8");
    } catch (IOException e) {
      return unreadable(file, "cannot be read", "give a file in TOML");
    }
  }

  static ConfigResult load(
      String name, String text, Map<String, String> environment, boolean secrets) {
    var toml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    ConfigSource source;
    Config file;
    try {
      source = ConfigSources.create(TomlConfigParser.parse(new StringReader(toml)));
      file = buildFile(source);
    } catch (ConfigException e) {
      return new ConfigResult.Invalid(List.of(syntaxProblem(name, e)));
    }
    var overrides = EnvironmentOverrides.of(environment, file);
    var config =
        overrides.values().isEmpty()
            ? file
            : buildFile(ConfigSources.create(overrides.values()).build(), source);
    var reading =
        new Reading(name, TomlLines.of(toml), overrides.variables(), environment, secrets);
    var effective = Sections.read(new TableReader(config, "", reading));
    new CrossChecks(effective, reading).run();
    var problems = new ArrayList<>(reading.problems());
    problems.addAll(overrides.problems());
    return problems.isEmpty()
        ? new ConfigResult.Loaded(effective, reading.notices(), reading.explicit())
        : new ConfigResult.Invalid(problems);
  }

  /**
   * Uses a thread with a large stack: a file may have ten thousand tables, and Helidon recurses for
   * each.
   */
  private static Config buildFile(ConfigSource... sources) {
    try {
      return CompletableFuture.supplyAsync(
              () -> build(sources),
              task -> Thread.ofPlatform().name("config").stackSize(STACK_BYTES).start(task))
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ConfigException known ? known : e;
    }
  }

  static Config build(ConfigSource... sources) {
    List<Supplier<? extends ConfigSource>> suppliers =
        Arrays.stream(sources)
            .<Supplier<? extends ConfigSource>>map(source -> () -> source)
            .toList();
    return Config.builder()
        .sources(suppliers)
        .disableParserServices()
        .disableMapperServices()
        .disableFilterServices()
        .disableEnvironmentVariablesSource()
        .disableSystemPropertiesSource()
        .disableKeyResolving()
        .disableValueResolving()
        .build();
  }

  private static ConfigProblem syntaxProblem(String file, ConfigException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TomlSyntaxException syntax) {
        var line = syntax.line() > 0 ? OptionalInt.of(syntax.line()) : OptionalInt.empty();
        return new ConfigProblem(
            file, line, "", "is no valid TOML", String.valueOf(syntax.getMessage()));
      }
    }
    return new ConfigProblem(
        file, OptionalInt.empty(), "", "cannot be read", "give a file in TOML");
  }

  private static ConfigResult unreadable(Path file, String wrong, String allowed) {
    return new ConfigResult.Invalid(
        List.of(new ConfigProblem(file.toString(), OptionalInt.empty(), "", wrong, allowed)));
  }
}
