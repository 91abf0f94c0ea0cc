package io.nexus.server.admin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;

/** Keeps the latest changes in memory and writes each to the log, where it lasts. */
public final class RecentChanges implements AuditLog {

  private static final Logger LOG = System.getLogger("io.nexus.admin");

  private final int capacity;
  private final ArrayDeque<Change> changes = new ArrayDeque<>();

  /** Keeps so many. */
  public RecentChanges(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void record(Change change) {
    LOG.log(
        Level.INFO,
        "Admin change: {0} of {1} by key {2} from {3}: {4} -> {5}",
        change.action(),
        change.target(),
        change.actor().key(),
        change.actor().address(),
        change.before(),
        change.after());
    synchronized (changes) {
      if (changes.size() == capacity) {
        changes.removeLast();
      }
      changes.addFirst(change);
    }
  }

  @Override
  public List<Change> latest(int max) {
    synchronized (changes) {
      return changes.stream().limit(max).toList();
    }
  }
}
