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
 * Writes down which answers are being made in the background, and corrects what was charged for
 * those that had not ended when the gateway stopped or died, once the backend says what they cost.
 *
 * <p>With a ledger in memory nothing is written down: then what has not ended stays charged at its
 * worst case. Safe for any number of threads.
 */
public final class UnfinishedAnswers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(UnfinishedAnswers.class.getName());
  private static final String PRICE = "made in the background; known after a restart";

  /** The journal of the run before is posted within moments. */
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
   * None yet.
   *
   * @param node whose they are
   * @param durable whether the books keep them
   * @param reading what an answer means that a backend keeps
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

  /** Whose they are. */
  String node() {
    return node;
  }

  /** An answer is being made. */
  void begun(PendingAnswer answer) {
    change(each -> each.begun(answer));
  }

  /** It has been charged what it cost, or nobody will ever say. */
  void finished(RecordId attempt) {
    change(each -> each.finished(attempt));
  }

  /** Those that a run before has left. */
  List<PendingAnswer> left() {
    return durable ? ask(each -> each.unfinished(node)).orElse(List.of()) : List.of();
  }

  /** Follows one of these to its end, and corrects what was charged. */
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

  /** Never more than was held for it; nothing to correct where the backend does not say. */
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
    return stated != null && stated.nanos() > 0
        ? Optional.of(stated)
        : registry
            .pricing(live.backend(), record.target().model())
            .map(pricing -> pricing.served(used.tier()).cost(used.usage()));
  }

  /** What is to be written down. */
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

  /** Writes nothing more down. */
  @Override
  public void close() {
    books.close();
  }
}
