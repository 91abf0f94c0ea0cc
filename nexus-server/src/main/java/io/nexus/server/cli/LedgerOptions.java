package io.nexus.server.cli;

import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.server.Books;
import io.nexus.server.spend.Moments;
import io.nexus.server.spend.ReportThread.Question;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options and functions shared by all commands on the ledger. */
final class LedgerOptions {

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Option(
      names = "--ledger",
      paramLabel = "URL",
      description =
          "The ledger, such as jdbc:sqlite:/var/lib/nexus/nexus-data/ledger.db, instead of the"
              + " configuration's.")
  private @Nullable String url;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerOptions() {}

  /**
   * Loads the configuration. It needs only the ledger's password of its secrets; notices are left
   * to {@code nexus check}.
   */
  NexusConfig load() {
    var environment = new HashMap<>(System.getenv());
    if (url != null) {
      environment.put("NEXUS_LEDGER__URL", url);
    }
    var err = spec.commandLine().getErr();
    return url != null && config == null
        ? Configs.besideLedger(environment, err).config()
        : Configs.load(config, environment, false, err).config();
  }

  /**
   * Queries the ledger of a configuration.
   *
   * @throws Failure if it does not exist or cannot answer
   */
  static <T> T ask(NexusConfig config, Question<T> question) {
    try (var books = Books.open(config)) {
      return question.of(books);
    } catch (LedgerException e) {
      throw new Failure(exitCode(e.kind()), e.getMessage());
    }
  }

  /** The exit code after a ledger's failure. */
  static int exitCode(LedgerException.Kind kind) {
    return switch (kind) {
      case ADDRESS, DENIED -> Failure.USAGE;
      case UNREACHABLE, FULL, READ_ONLY, CORRUPT, FOREIGN, IN_USE, FENCED, NEWER, FAILED ->
          Failure.WORK;
    };
  }

  /** Parses times in the zone of the global budget. */
  static Moments moments(NexusConfig config) {
    return new Moments(Instant.now().truncatedTo(ChronoUnit.SECONDS), config.budget().timeZone());
  }

  /**
   * The records between two moments.
   *
   * @param since null for the first record
   * @param until null for now
   * @throws Failure with exit code 2 if a time cannot be parsed
   */
  static SpendQuery query(
      NexusConfig config, SpendGroup by, @Nullable String since, @Nullable String until) {
    return query(config, by, since, until, Map.of());
  }

  /** Selects the records of some groups. */
  static SpendQuery query(
      NexusConfig config,
      SpendGroup by,
      @Nullable String since,
      @Nullable String until,
      Map<SpendGroup, String> where) {
    var moments = moments(config);
    var from = since == null ? Instant.EPOCH : moment(moments, "--since", since);
    var to = until == null ? Instant.MAX : moment(moments, "--until", until);
    if (to.isBefore(from)) {
      throw new Failure(Failure.USAGE, "usage: --until: it is before --since: give a later one");
    }
    return new SpendQuery(by, from, to, moments.zone(), Set.of(), where);
  }

  /**
   * The time in an option.
   *
   * @throws Failure with exit code 2 if it cannot be parsed
   */
  static Instant moment(Moments moments, String option, String text) {
    try {
      return moments.read(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(Failure.USAGE, "usage: " + option + ": " + e.getMessage());
    }
  }
}
