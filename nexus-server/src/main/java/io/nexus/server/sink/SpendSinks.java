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
 * Delivers spend records to all configured sinks. Each has its own outbox and thread, so a slow or
 * unreachable one delays neither the others nor requests.
 *
 * <p>A record is added after it is posted and before the journal drops it, and leaves the outbox
 * when the sink has accepted it. So each is delivered at least once, even after {@code kill -9};
 * records still in the journal or the outbox at the next start are delivered again.
 */
public final class SpendSinks implements AutoCloseable {

  private static final Backoff BACKOFF =
      new Backoff(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final List<SinkThread> threads;

  private SpendSinks(List<SinkThread> threads) {
    this.threads = threads;
  }

  /**
   * Creates the sinks.
   *
   * @param factories create those of other types than {@code file} and {@code webhook}
   * @param folder the folder of the outboxes; empty for memory
   * @param meters the meters of a sink, by its name
   * @param clock the time of messages
   * @throws StartException if a sink cannot be created, or another gateway uses its folder
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

  /** Starts to deliver. */
  public void start() {
    threads.forEach(SinkThread::start);
  }

  /** Delivers what it can at once; the next process delivers the rest. */
  @Override
  public void close() {
    threads.forEach(SinkThread::drain);
    threads.forEach(SinkThread::close);
  }
}
