package io.nexus.server.flow;

import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.PendingAnswer;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Api;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.AnswerBody;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.spend.ReportThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Stores which answers are generated in the background, and corrects the charge of those that had
 * not ended when the gateway stopped or died, once the backend reports their cost.
 *
 * <p>With a ledger in memory nothing is stored, and unfinished answers stay charged at their worst
 * case. Safe for any number of threads.
 */
public final class UnfinishedAnswers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(UnfinishedAnswers.class.getName());
  private static final String PRICE = "made in the background; known after a restart";

  /** The previous process's journal is posted soon after the start. */
  private static final int MOST_LOOKS = 60;

  private static final Set<Outcome> WORST_CASES = EnumSet.of(Outcome.UNKNOWN, Outcome.LOST);

  private final ReportThread books;
  private final String node;
  private final boolean durable;
  private final BackendRegistry registry;
  private final Function<byte[], Answer> reading;
  private final long maxResponseBytes;
  private final InstantSource clock;

  /**
   * Starts empty.
   *
   * @param node the owner of the entries
   * @param durable whether the ledger stores them
   * @param reading reads an answer that a backend stores
   */
  public UnfinishedAnswers(
      ReportThread books,
      String node,
      boolean durable,
      BackendRegistry registry,
      Function<byte[], Answer> reading,
      long maxResponseBytes,
      InstantSource clock) {
    this.books = books;
    this.node = node;
    this.durable = durable;
    this.registry = registry;
    this.reading = reading;
    this.maxResponseBytes = maxResponseBytes;
    this.clock = clock;
  }

  /** The owner of the entries. */
  String node() {
    return node;
  }

  /** Stores an answer that is being generated. */
  void begun(PendingAnswer answer) {
    change(each -> each.begun(answer));
  }

  /** Removes an answer that is settled, or whose cost will never be known. */
  void finished(RecordId attempt) {
    change(each -> each.finished(attempt));
  }

  /** The entries left by a previous process. */
  List<PendingAnswer> left() {
    return durable ? ask(each -> each.unfinished(node)).orElse(List.of()) : List.of();
  }

  /** Polls one of these to its end, and corrects its charge. */
  void end(PendingAnswer answer, BooleanSupplier stopped) {
    var found =
        registry.backends().stream()
            .filter(live -> live.backend().name().equals(answer.backend()))
            .findFirst();
    if (found.isPresent()) {
      var live = found.get();
      var ended =
          new Polling(live.client(), Api.RESPONSES, answer.path(), stopped)
              .end(false, this::read, each -> each.made().pending());
      if (ended.isPresent() && !correct(answer, live, ended.get(), stopped)) {
        return;
      }
    }
    if (!stopped.getAsBoolean()) {
      finished(answer.attempt());
    }
  }

  private Answer read(AnswerBody body) {
    try {
      return reading.apply(body.readNBytes((int) Math.min(maxResponseBytes, 1 << 30)));
    } catch (IOException e) {
      return reading.apply(new byte[0]);
    }
  }

  private boolean correct(
      PendingAnswer answer, LiveBackend live, Answer ended, BooleanSupplier stopped) {
    var found = new AtomicBoolean();
    var rule =
        new Due.Rule(
            EnumSet.allOf(Outcome.class),
            record -> {
              if (!record.attempt().equals(answer.attempt())) {
                return Optional.empty();
              }
              found.set(true);
              return WORST_CASES.contains(record.outcome())
                  ? due(record, live, ended)
                  : Optional.empty();
            });
    var query =
        new SpendQuery(
            SpendGroup.MODEL,
            Instant.ofEpochMilli(answer.atMillis()).minusSeconds(60),
            Instant.MAX,
            ZoneOffset.UTC,
            Set.of(),
            Map.of(SpendGroup.BACKEND, answer.backend()));
    for (int looks = 0; looks < MOST_LOOKS && !stopped.getAsBoolean(); looks++) {
      var done = ask(each -> each.correct(query, rule, clock.instant()));
      if (done.isPresent() && found.get()) {
        LOG.log(
            Level.INFO,
            "An answer that was being made when the gateway stopped has ended: its charge is"
                + " corrected by {0} USD",
            done.get().difference());
        return true;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(500);
      } catch (InterruptedException e) {
        return false;
      }
    }
    return false;
  }

  /** The right charge, at most the amount held; empty if the backend does not report it. */
  private Optional<Due> due(SpendRecord record, LiveBackend live, Answer ended) {
    var used = ended.usage();
    if (ended.error() != null && used.usage().outputTokens() == 0) {
      return Optional.of(new Due(Money.ZERO, PRICE));
    }
    if (!ended.isUsageLast()) {
      return Optional.empty();
    }
    return cost(record, live, used)
        .map(cost -> new Due(cost.compareTo(record.cost()) < 0 ? cost : record.cost(), PRICE));
  }

  private Optional<Money> cost(SpendRecord record, LiveBackend live, ReportedUsage used) {
    var stated = used.cost();
    var tier = used.tier() == null ? record.tier() : used.tier();
    return stated != null && stated.nanos() > 0
        ? Optional.of(stated)
        : registry
            .pricing(live.backend(), record.target().model())
            .map(pricing -> pricing.served(tier).cost(used.usage()));
  }

  /** A change to store. */
  private interface Change {
    void in(LedgerReports books) throws LedgerException;
  }

  private void change(Change change) {
    if (durable) {
      var _ =
          ask(
              each -> {
                change.in(each);
                return true;
              });
    }
  }

  private <T> Optional<T> ask(ReportThread.Question<T> question) {
    try {
      return Optional.of(books.ask(question));
    } catch (LedgerException e) {
      LOG.log(Level.DEBUG, "Answers in the background: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Stops storing. */
  @Override
  public void close() {
    books.close();
  }
}
