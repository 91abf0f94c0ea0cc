package io.nexus.server.sink;

import io.nexus.config.SpendSinkConfig;
import io.nexus.config.SpendSinkConfig.Target.Lines;
import io.nexus.config.SpendSinkConfig.Target.Other;
import io.nexus.config.SpendSinkConfig.Target.Web;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.outbox.Outbox;
import io.nexus.control.spi.SpendSink;
import io.nexus.control.spi.SpendSinkFactory;
import io.nexus.metrics.SinkMeters;
import io.nexus.server.StartException;
import io.nexus.server.alert.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gives spend records to all sinks that are configured, each with an outbox and a thread of its
 * own: one that is slow or away delays no other, and no request.
 *
 * <p>A record comes here when the ledger has it and before the journal forgets it, and leaves the
 * outbox when the sink has taken it. So each is given at least once, also after {@code kill -9};
 * what the journal or the outbox still names at the next start is given again.
 */
public final class SpendSinks implements AutoCloseable {

  private static final Backoff BACKOFF =
      new Backoff(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final List<SinkThread> threads;

  private SpendSinks(List<SinkThread> threads) {
    this.threads = threads;
  }

  /**
   * Sinks that are given nothing yet.
   *
   * @param factories make those of other types than {@code file} and {@code webhook}
   * @param folder where records wait; without one they wait in memory
   * @param meters the meters of a sink, by its name
   * @param clock decides when a message was sent
   * @throws StartException if a sink cannot be made, or another gateway has its folder
   */
  public static SpendSinks open(
      List<SpendSinkConfig> configs,
      List<SpendSinkFactory> factories,
      Optional<Path> folder,
      Function<String, SinkMeters> meters,
      InstantSource clock) {
    return new SpendSinks(
        configs.stream()
            .map(
                config ->
                    new SinkThread(
                        config,
                        sink(config, factories, clock),
                        outbox(config, folder),
                        meters.apply(config.name()),
                        BACKOFF))
            .toList());
  }

  private static SpendSink sink(
      SpendSinkConfig config, List<SpendSinkFactory> factories, InstantSource clock) {
    return switch (config.target()) {
      case Lines lines -> new LineFile(lines);
      case Web web -> new WebhookSink(config.name(), web, clock);
      case Other other -> other(config.name(), other, factories);
    };
  }

  private static SpendSink other(String name, Other other, List<SpendSinkFactory> factories) {
    var factory =
        factories.stream()
            .filter(each -> each.types().contains(other.type()))
            .findFirst()
            .orElseThrow(
                () ->
                    new StartException(
                        "spend sink",
                        name,
                        "nothing serves type '"
                            + other.type()
                            + "': use file or webhook, or add an extension that serves it"));
    try {
      return factory.create(name, other.type(), other.values());
    } catch (IllegalArgumentException e) {
      throw new StartException("spend sink", name, String.valueOf(e.getMessage()));
    }
  }

  private static Outbox outbox(SpendSinkConfig config, Optional<Path> folder) {
    if (folder.isEmpty()) {
      return Outbox.inMemory();
    }
    try {
      return Outbox.in(folder.get().resolve(config.name()), config.backlogMaxBytes());
    } catch (LedgerException e) {
      throw new StartException("spend sink", config.name(), e.getMessage());
    }
  }

  /** The ledger has these records. Returns at once, whatever the sinks do. */
  public void add(List<SpendRecord> records) {
    for (var thread : threads) {
      thread.add(records);
    }
  }

  /** Gives records from now on. */
  public void start() {
    threads.forEach(SinkThread::start);
  }

  /** Gives what can be given at once; what is left is given by the next process. */
  @Override
  public void close() {
    threads.forEach(SinkThread::drain);
    threads.forEach(SinkThread::close);
  }
}
