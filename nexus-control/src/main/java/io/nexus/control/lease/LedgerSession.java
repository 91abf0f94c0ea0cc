package io.nexus.control.lease;

import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/**
 * The way to the ledger: opens it, joins it, and answers for former incarnations of the node before
 * anything is drawn. For the ledger's thread alone.
 */
final class LedgerSession {

  private static final Logger LOG = System.getLogger(LedgerSession.class.getName());
  private static final int BATCH = 500;

  private final LedgerSource source;
  private final LeaseTerms terms;
  private final String incarnation;
  private final JournalFolder folder;
  private final InstantSource wall;
  private final LedgerClock clock;
  private @Nullable Ledger ledger;
  private @Nullable NodeLease membership;
  private boolean answeredForOthers;
  private int nodes = 1;

  LedgerSession(
      LedgerSource source,
      LeaseTerms terms,
      String incarnation,
      JournalFolder folder,
      InstantSource wall) {
    this.source = source;
    this.terms = terms;
    this.incarnation = incarnation;
    this.folder = folder;
    this.wall = wall;
    this.clock = new LedgerClock(wall);
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

  /** The ledger, joined. */
  Ledger ledger() throws LedgerException, IOException {
    var open = ledger;
    if (open == null) {
      open = source.open();
      ledger = open;
    }
    if (membership == null) {
      setClock(open);
      membership = open.join(terms.node(), incarnation, terms.ttl());
      nodes = open.renew(membership);
    }
    if (!answeredForOthers) {
      answerForOthers(open);
      answeredForOthers = true;
    }
    return open;
  }

  /** What the ledger knows the process by, once it has joined. */
  NodeLease membership() throws LedgerException, IOException {
    var open = ledger();
    var joined = membership;
    return joined == null ? open.join(terms.node(), incarnation, terms.ttl()) : joined;
  }

  void renew() throws LedgerException, IOException {
    nodes = ledger().renew(membership());
    setClock(ledger());
  }

  private void setClock(Ledger open) throws LedgerException {
    var asked = wall.instant();
    var now = open.now();
    clock.set(now, asked, wall.instant());
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
    var records = Journal.recover(left.folder());
    for (int from = 0; from < records.size(); from += BATCH) {
      var batch = records.subList(from, Math.min(records.size(), from + BATCH));
      var _ = open.post(left.node(), left.incarnation(), batch);
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
            + records.size()
            + " records");
    JournalFolder.delete(left.folder());
  }

  /** Ends it: the node is gone if it has nothing left to answer for. */
  void close(boolean leave) throws LedgerException {
    var open = ledger;
    if (open == null) {
      return;
    }
    var joined = membership;
    try {
      if (leave && joined != null) {
        open.leave(joined);
      }
    } finally {
      open.close();
    }
  }
}
