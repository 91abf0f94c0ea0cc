package io.nexus.server;

import io.nexus.config.BudgetErrorPolicy;
import io.nexus.config.NexusConfig;
import io.nexus.control.hold.Funds;
import io.nexus.control.lease.LeaseListener;
import io.nexus.control.lease.LeaseTerms;
import io.nexus.control.lease.LeasedFunds;
import io.nexus.control.lease.MachineTime;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.memory.LocalFunds;
import io.nexus.control.memory.MemoryLedgerFactory;
import io.nexus.control.money.Money;
import io.nexus.control.spi.LedgerFactory;
import io.nexus.metrics.LedgerMeters;
import io.nexus.server.sink.SpendSinks;
import io.nexus.server.spend.ReportThread;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Opens the ledger that the configuration names. */
final class LedgerWiring {

  private static final String SQLITE = "jdbc:sqlite:";
  private static final Path USUAL_FOLDER = Path.of("nexus-data");

  /**
   * How long a request waits for a draw before the ledger counts as unreachable; longer if it is
   * slow.
   */
  private static final Duration DRAW_WAIT = Duration.ofSeconds(2);

  private LedgerWiring() {}

  /**
   * A ledger in use.
   *
   * @param funds the source of money
   * @param books opens its reports
   */
  record Opened(Funds funds, ReportThread.Source books) {}

  /**
   * Opens the ledger of a gateway.
   *
   * @param fenced what to do once another process has taken this gateway's name
   * @throws StartException if no extension opens this kind of ledger, or it cannot be used
   */
  static Opened open(
      NexusConfig config,
      List<LedgerFactory> ledgers,
      LedgerMeters meters,
      SpendSinks sinks,
      InstantSource clock,
      Runnable fenced) {
    var ledger = config.ledger();
    var settings = Books.settings(ledger);
    if (ledger.isMemory()) {
      var memory = MemoryLedgerFactory.ledger(clock);
      return new Opened(new LocalFunds(memory, clock, sinks::add), () -> memory);
    }
    var factory = factory(ledgers, settings);
    try {
      var funds =
          LeasedFunds.start(
              () -> factory.open(settings),
              terms(config),
              new MachineTime(clock, System::nanoTime, SleptTime::millis),
              new Counting(meters, sinks, fenced));
      meters.observe(
          () -> funds.figures().outstanding(),
          () -> funds.figures().stranded(),
          () -> funds.figures().recordsPending());
      return new Opened(funds, () -> factory.books(settings));
    } catch (LedgerException e) {
      throw new StartException("ledger", settings.shownUrl(), e.getMessage());
    }
  }

  private static LedgerFactory factory(List<LedgerFactory> ledgers, LedgerSettings settings) {
    return ledgers.stream()
        .filter(each -> each.opens(settings.url()))
        .findFirst()
        .orElseThrow(
            () ->
                new StartException(
                    "ledger",
                    settings.shownUrl(),
                    "nothing opens such a ledger: use memory, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE"));
  }

  private static LeaseTerms terms(NexusConfig config) {
    var ledger = config.ledger();
    var node = node(config);
    return new LeaseTerms(
        node,
        journal(ledger.url(), node),
        ledger.journalMaxBytes(),
        ledger.leaseTtl(),
        ledger.maxChunk(),
        DRAW_WAIT,
        config.budget().onError() == BudgetErrorPolicy.OPEN);
  }

  /** The name of this gateway's node. */
  static String node(NexusConfig config) {
    return config.ledger().node().orElseGet(() -> hostName() + ":" + config.server().port());
  }

  /**
   * The owner of what a gateway leaves in the ledger: the node, or a fixed name for a file, which
   * serves one gateway.
   */
  static String owner(NexusConfig config) {
    return config.ledger().url().startsWith(SQLITE) ? "" : node(config);
  }

  /**
   * The journal's folder: beside the ledger's file, else the default folder. A file serves one
   * gateway under any name, so that a gateway which restarts under another host name or port finds
   * its journal.
   */
  private static Path journal(String url, String node) {
    return beside(url, node, "journal-");
  }

  /** The folder of the sinks' outboxes; empty for a ledger in memory. */
  static Optional<Path> sinks(NexusConfig config) {
    var ledger = config.ledger();
    return ledger.isMemory()
        ? Optional.empty()
        : Optional.of(beside(ledger.url(), node(config), "sinks-"));
  }

  private static Path beside(String url, String node, String prefix) {
    if (url.startsWith(SQLITE)) {
      var file = Path.of(url.substring(SQLITE.length()).replaceFirst("\\?.*", ""));
      return file.resolveSibling(prefix + file.getFileName());
    }
    return USUAL_FOLDER.resolve(prefix + node.replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Counts the events of the leases. */
  private record Counting(LedgerMeters meters, SpendSinks sinks, Runnable whenFenced)
      implements LeaseListener {

    @Override
    public void drew(Duration took) {
      meters.drew(took.toNanos());
    }

    @Override
    public void posted(List<SpendRecord> records) {
      sinks.add(records);
    }

    @Override
    public void failed() {
      meters.failed();
    }

    @Override
    public void unsecured(Money uncovered) {
      meters.unsecured(uncovered);
    }

    @Override
    public void fenced() {
      whenFenced.run();
    }
  }
}
