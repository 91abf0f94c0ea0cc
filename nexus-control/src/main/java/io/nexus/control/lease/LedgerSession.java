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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to the ledger: opens it, joins it, and answers for former incarnations of the node before
 * anything is drawn. For the ledger's thread alone, but for {@link #patienceNanos} and {@link
 * #isStuck}.
 */
final class LedgerSession {

  private static final Logger LOG = System.getLogger(LedgerSession.class.getName());
  private static final int BATCH = 500;

  /** A request may wait for a call that has just begun, for one chore, and for its own draw. */
  private static final int CALLS_WAITED_FOR = 6;

  /** However slow the ledger is, nobody waits for longer. */
  static final long LONGEST_PATIENCE_NANOS = 15_000_000_000L;

  /** One slow call is soon forgotten, a slow line soon known. */
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
  private int nodes = 1;

  /** When the call under way began. */
  private volatile long calledNanos;

  private volatile boolean calls;

  /** How long calls take, the slow ones foremost; what is long ago counts less and less. */
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

  /** Something that the ledger is asked for. */
  @FunctionalInterface
  interface Call<T> {
    T on(Ledger ledger, NodeLease lease) throws LedgerException;
  }

  LedgerClock clock() {
    return clock;
  }

  String incarnation() {
    return incarnation;
  }

  /** How many gateways live. */
  int nodes() {
    return nodes;
  }

  /** How long a request waits for a draw: longer where calls take long. */
  long patienceNanos() {
    long slow = Math.min(slowNanos, LONGEST_PATIENCE_NANOS) * CALLS_WAITED_FOR;
    return Math.max(terms.drawWait().toNanos(), Math.min(slow, LONGEST_PATIENCE_NANOS));
  }

  /** Whether a call has taken so long that nobody waits for it any more. */
  boolean isStuck() {
    return calls && nanos.getAsLong() - calledNanos > patienceNanos();
  }

  /** When the call began that runs, or the last one. */
  Instant calledAt() {
    return clock.instant().minusNanos(nanos.getAsLong() - calledNanos);
  }

  /** Opens the ledger and joins it, unless that is done. */
  void open() throws LedgerException, IOException {
    if (!answeredForOthers) {
      call((ledger, _) -> ledger);
    }
  }

  /** Asks the ledger, which is opened and joined if it is not yet. */
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
    call(
        (open, _) -> {
          setClock(open);
          return open;
        });
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
            + " was answered for by its journal: "
            + entries
            + " records"
            + (left.whole()
                ? ""
                : ". The machine went down before these were on the disk, so all that it had drawn"
                    + " is charged"));
    JournalFolder.delete(left.folder());
  }

  /** Ends it: the node is gone if it has nothing left to answer for. */
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
