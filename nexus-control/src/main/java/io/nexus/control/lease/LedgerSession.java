package io.nexus.control.lease;

import io.nexus.control.journal.JournalBatch.Records;
import io.nexus.control.journal.JournalBatch.Reset;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.journal.JournalRecovery;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the ledger: opens it, joins it, and settles the journals of the node's former
 * processes before anything is drawn. For the ledger thread alone, except {@link #patienceNanos}
 * and {@link #isStuck}.
 */
final class LedgerSession {

  private static final Logger LOG = System.getLogger(LedgerSession.class.getName());
  private static final int BATCH = 500;

  /**
   * A request may wait for the running call, one chore and its own draw; the wait allows twice
   * that.
   */
  private static final int CALLS_WAITED_FOR = 6;

  /** The longest wait, however slow the ledger is. */
  static final long LONGEST_PATIENCE_NANOS = 15_000_000_000L;

  /** The weight of a slower call in the average: it rises faster than it falls. */
  private static final int RISING = 4;

  private static final int FADING = 16;

  private final LeasedFunds.Opener opener;
  private final LeaseTerms terms;
  private final String incarnation;
  private final JournalFolder folder;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final LedgerClock clock;
  private @Nullable Ledger ledger;
  private @Nullable NodeLease lease;
  private boolean answeredForOthers;
  private boolean shared = true;
  private int nodes = 1;

  private final AtomicInteger limitChanges = new AtomicInteger();
  private int changesReported;

  /** When the running call began. */
  private volatile long calledNanos;

  private volatile boolean calls;

  /** The moving average of call times, weighted towards slow calls. */
  private volatile long slowNanos;

  LedgerSession(
      LeasedFunds.Opener opener,
      LeaseTerms terms,
      String incarnation,
      JournalFolder folder,
      MachineTime machine,
      LeaseListener listener) {
    this.opener = opener;
    this.terms = terms;
    this.incarnation = incarnation;
    this.folder = folder;
    this.listener = listener;
    this.nanos = machine.nanos();
    this.clock = new LedgerClock(machine);
  }

  /** A call of the ledger. */
  @FunctionalInterface
  interface Call<T> {
    T on(Ledger ledger, NodeLease lease) throws LedgerException;
  }

  /** A call of the ledger for no answer. */
  @FunctionalInterface
  interface Action {
    void on(Ledger ledger, NodeLease lease) throws LedgerException;
  }

  LedgerClock clock() {
    return clock;
  }

  String incarnation() {
    return incarnation;
  }

  /** Whether other gateways may use the ledger. */
  boolean isShared() {
    return shared;
  }

  /** The number of gateways alive. */
  int nodes() {
    return nodes;
  }

  /** How long a request waits for a draw: longer if calls are slow. */
  long patienceNanos() {
    long slow = Math.min(slowNanos, LONGEST_PATIENCE_NANOS) * CALLS_WAITED_FOR;
    return Math.max(terms.drawWait().toNanos(), Math.min(slow, LONGEST_PATIENCE_NANOS));
  }

  /** Whether the running call has taken longer than any request waits. */
  boolean isStuck() {
    return calls && nanos.getAsLong() - calledNanos > patienceNanos();
  }

  /** When the running or the last call began. */
  Instant calledAt() {
    return clock.instant().minusNanos(nanos.getAsLong() - calledNanos);
  }

  /** Has the next {@link #open} take back all limits that this node has reported. */
  void limitsChanged() {
    limitChanges.incrementAndGet();
  }

  boolean haveLimitsChanged() {
    return limitChanges.get() != changesReported;
  }

  /**
   * Opens and joins the ledger, unless that is done. Joins it again if limits have changed: those
   * reported before, also of budgets not in memory now, hold no longer.
   *
   * @return whether it has joined again
   */
  boolean open() throws LedgerException, IOException {
    if (!answeredForOthers) {
      run((_, _) -> {});
    }
    int changes = limitChanges.get();
    if (changes == changesReported) {
      return false;
    }
    lease = call(Ledger::joinAgain);
    changesReported = changes;
    return true;
  }

  /** Calls the ledger for no answer. */
  void run(Action action) throws LedgerException, IOException {
    call(
        (ledger, lease) -> {
          action.on(ledger, lease);
          return ledger;
        });
  }

  /** Calls the ledger; opens and joins it first if needed. */
  <T> T call(Call<T> call) throws LedgerException, IOException {
    calledNanos = nanos.getAsLong();
    calls = true;
    try {
      var open = opened();
      long began = nanos.getAsLong();
      calledNanos = began;
      var answer = call.on(open, joined(open));
      slowNanos = smoothed(slowNanos, nanos.getAsLong() - began);
      return answer;
    } finally {
      calls = false;
    }
  }

  private static long smoothed(long before, long tookNanos) {
    long slower = tookNanos - before;
    return before == 0 ? tookNanos : before + slower / (slower > 0 ? RISING : FADING);
  }

  private Ledger opened() throws LedgerException, IOException {
    var open = ledger;
    if (open == null) {
      open = opener.open();
      shared = open.isShared();
      ledger = open;
    }
    var joined = joined(open);
    if (!answeredForOthers) {
      answerForOthers(open);
      answeredForOthers = true;
      nodes = open.renew(joined);
    }
    return open;
  }

  private NodeLease joined(Ledger open) throws LedgerException {
    var joined = lease;
    if (joined == null) {
      setClock(open);
      joined = open.join(terms.node(), incarnation, terms.ttl());
      lease = joined;
    }
    return joined;
  }

  void renew() throws LedgerException, IOException {
    nodes = call(Ledger::renew);
  }

  void setClock() throws LedgerException, IOException {
    run((open, _) -> setClock(open));
  }

  private void setClock(Ledger open) throws LedgerException {
    long asked = nanos.getAsLong();
    var now = open.now();
    clock.set(now, asked, nanos.getAsLong());
  }

  private void answerForOthers(Ledger open) throws LedgerException, IOException {
    for (var left : folder.left(incarnation, terms.node())) {
      answerFor(open, left);
    }
    var unknown = new HashSet<String>();
    for (Grant grant : open.grants()) {
      if (grant.node().equals(terms.node()) && !grant.incarnation().equals(incarnation)) {
        unknown.add(grant.incarnation());
      }
    }
    for (var lost : unknown) {
      LOG.log(
          Level.WARNING,
          "Ledger: an earlier run of node "
              + terms.node()
              + " has left no journal: all that it had drawn is charged as lost");
      open.forfeit(terms.node(), lost, clock.instant());
    }
  }

  private void answerFor(Ledger open, JournalFolder.Left left) throws LedgerException, IOException {
    int entries = 0;
    for (var batch : JournalRecovery.of(left.folder(), BATCH)) {
      entries += batch.size();
      switch (batch) {
        case Records(var records) -> {
          var _ = open.post(left.node(), left.incarnation(), records);
          listener.posted(records);
        }
        case Reset reset -> open.forgive(reset.charge(), reset.id(), reset.at());
      }
    }
    if (left.whole()) {
      open.release(left.node(), left.incarnation());
    } else {
      open.forfeit(left.node(), left.incarnation(), clock.instant());
    }
    LOG.log(
        Level.INFO,
        "Ledger: an earlier run of node "
            + left.node()
            + " was settled from its journal: "
            + entries
            + " records"
            + (left.whole()
                ? ""
                : ". The machine went down before these were on the disk, so all that it had drawn"
                    + " is charged"));
    JournalFolder.delete(left.folder());
  }

  /** Closes it; the node leaves the ledger if nothing of it is left to settle. */
  void close(boolean leave) throws LedgerException {
    var open = ledger;
    if (open == null) {
      return;
    }
    var joined = lease;
    try {
      if (leave && joined != null) {
        open.leave(joined);
      }
    } finally {
      open.close();
    }
  }
}
