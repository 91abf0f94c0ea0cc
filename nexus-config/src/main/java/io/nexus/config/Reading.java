package io.nexus.config;

import io.helidon.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The state of reading one configuration: the origin of each value, and the problems and notices so
 * far. Paths are those of Helidon Config, {@code backends.0.url}, with dots inside a name escaped.
 */
final class Reading {

  /** The file or the environment variable of a value. */
  private record Origin(String file, OptionalInt line) {}

  private final String file;
  private final TomlLines lines;
  private final Map<String, String> overrides;
  private final Map<String, String> environment;
  private final boolean secrets;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Set<String> notices = new LinkedHashSet<>();
  private final Set<String> noticed = new HashSet<>();
  private final Set<String> explicit = new TreeSet<>();
  private final Set<String> readByOldName = new HashSet<>();

  /**
   * @param file the file's name as messages show it
   * @param overrides the overriding environment variables, by path
   * @param environment the variables with secrets
   * @param secrets whether missing secrets are mistakes
   */
  Reading(
      String file,
      TomlLines lines,
      Map<String, String> overrides,
      Map<String, String> environment,
      boolean secrets) {
    this.file = file;
    this.lines = lines;
    this.overrides = overrides;
    this.environment = environment;
    this.secrets = secrets;
  }

  /** Whether missing secrets are mistakes. */
  boolean needsSecrets() {
    return secrets;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Records a mistake. */
  void problem(String path, String wrong, String allowed) {
    var origin = origin(path);
    problems.add(new ConfigProblem(origin.file, origin.line, shown(path), wrong, allowed));
  }

  /**
   * Records a mistake at a path, once for each variable that sets a part of it, and for the file.
   */
  void problemEverywhere(String path, String wrong, String allowed) {
    boolean overridden = false;
    for (var override : overrides.entrySet()) {
      if ((override.getKey() + ".").startsWith(path + ".")) {
        overridden = true;
        problems.add(
            new ConfigProblem(
                override.getValue(), OptionalInt.empty(), shown(path), wrong, allowed));
      }
    }
    var inFile = lines.lineOf(path);
    if (inFile.isPresent()) {
      problems.add(new ConfigProblem(file, inFile, shown(path), wrong, allowed));
    } else if (!overridden) {
      problem(path, wrong, allowed);
    }
  }

  /** Records a notice about a path. */
  void notice(String path, String text) {
    var origin = origin(path);
    var line = origin.line.isPresent() ? ":" + origin.line.getAsInt() : "";
    notices.add(origin.file + line + ": " + shown(path) + ": " + text);
  }

  /** Records a notice of an older spelling, once for each. */
  void oldSpelling(String path, String subject, String text) {
    if (noticed.add(subject)) {
      notice(path, text);
    }
  }

  /** Notes that the file or the environment contains the table or key. */
  void given(String pathWithoutPositions) {
    explicit.add(pathWithoutPositions);
  }

  /**
   * Notes that a table or key was read under an older name, so that it is not reported as unknown.
   */
  void readByOldName(String path) {
    readByOldName.add(path);
  }

  boolean isReadByOldName(String path) {
    return readByOldName.contains(path);
  }

  /** The mistakes in file order, then those of the environment. */
  List<ConfigProblem> problems() {
    return problems.stream()
        .sorted((one, other) -> Integer.compare(place(one), place(other)))
        .distinct()
        .toList();
  }

  private static int place(ConfigProblem problem) {
    return problem.line().orElse(Integer.MAX_VALUE);
  }

  List<String> notices() {
    return List.copyOf(notices);
  }

  Set<String> explicit() {
    return explicit;
  }

  private Origin origin(String path) {
    var variable = overrides.get(path);
    if (variable != null) {
      return new Origin(variable, OptionalInt.empty());
    }
    for (var at = path; !at.isEmpty(); at = parent(at)) {
      var line = lines.lineOf(at);
      if (line.isPresent()) {
        return new Origin(file, line);
      }
      for (var override : overrides.entrySet()) {
        if (override.getKey().startsWith(at + ".")) {
          return new Origin(override.getValue(), OptionalInt.empty());
        }
      }
    }
    return new Origin(file, OptionalInt.empty());
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** A path as messages show it: {@code backends[0].url}. */
  static String shown(String path) {
    var text = new StringBuilder();
    for (var part : path.split("\\.", -1)) {
      if (!text.isEmpty() && part.matches("\\d+")) {
        text.append('[').append(part).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(Toml.key(Config.Key.unescapeName(part)));
      }
    }
    return text.toString();
  }
}
