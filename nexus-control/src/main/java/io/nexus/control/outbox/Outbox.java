package io.nexus.control.outbox;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The records that one receiver has not taken yet, in the order in which they were posted.
 *
 * <p>The ledger thread adds a record before the journal drops it, and the receiver's thread removes
 * it when the receiver has taken it. So if the process dies in between, some records are added or
 * delivered again, and none is lost.
 *
 * <p>Its size is bounded: if the receiver is away for too long, the oldest records are dropped and
 * counted. Adding never waits for the receiver and never throws.
 *
 * <p>Any number of threads may add; one may take.
 */
public final class Outbox implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Outbox.class.getName());

  private final Store store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private boolean closing;
  private boolean fails;

  private Outbox(Store store) {
    this.store = store;
  }

  /**
   * An outbox whose records survive the process.
   *
   * @param folder its own folder; records of an earlier process are delivered first
   * @param maxBytes the largest size, in bytes
   * @throws LedgerException of kind {@code IN_USE} if another process has the folder
   */
  public static Outbox in(Path folder, long maxBytes) throws LedgerException {
    return new Outbox(FileStore.open(folder, maxBytes));
  }

  /** An outbox in memory. */
  public static Outbox inMemory() {
    return new Outbox(new MemoryStore());
  }

  /**
   * Adds records.
   *
   * @return how many records, of these or of the oldest, are dropped for want of room
   */
  public long add(List<SpendRecord> records) {
    lock.lock();
    try {
      long dropped = store.append(records);
      fails = false;
      more.signal();
      return dropped;
    } catch (IOException e) {
      if (!fails) {
        LOG.log(
            Level.ERROR,
            store + ": cannot be written, so records are in the ledger alone: make room",
            e);
      }
      fails = true;
      return records.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The oldest records, the same until {@link #taken} is called. Waits until there are {@code
   * atMost}, or until {@code patience} has passed since it saw the first.
   *
   * @return empty only if the outbox is draining and has none left
   */
  public List<SpendRecord> next(int atMost, Duration patience)
      throws InterruptedException, IOException {
    lock.lock();
    try {
      while (true) {
        while (store.size() == 0 && !closing) {
          more.await();
        }
        long left = patience.toNanos();
        while (store.size() < atMost && left > 0 && !closing) {
          left = more.awaitNanos(left);
        }
        var records = store.first(atMost);
        if (!records.isEmpty() || store.size() == 0) {
          return records;
        }
        store.removeGiven();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes the records that {@link #next} returned last. */
  public void taken() throws IOException {
    lock.lock();
    try {
      store.removeGiven();
    } finally {
      lock.unlock();
    }
  }

  /** The number of waiting records. */
  public long size() {
    lock.lock();
    try {
      return store.size();
    } finally {
      lock.unlock();
    }
  }

  /** Stops waiting: {@link #next} returns remaining records at once, then none. */
  public void drain() {
    lock.lock();
    try {
      closing = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Closes the files. The next process delivers their records. */
  @Override
  public void close() {
    drain();
    lock.lock();
    try {
      store.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, store + ": not closed as it should be", e);
    } finally {
      lock.unlock();
    }
  }
}
