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
 * The records that one receiver has not taken yet, in the order in which the ledger got them.
 *
 * <p>Who posts to the ledger adds a record here before the journal forgets it, and the receiver's
 * thread removes it when the receiver has taken it. So a process that dies in between adds or gives
 * some records again, and leaves none out.
 *
 * <p>It never grows beyond its bound: a receiver that stays away for so long loses the oldest,
 * which are counted. Adding waits for no receiver and throws nothing.
 *
 * <p>For any number of threads that add and one that takes.
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
   * One whose records survive the process.
   *
   * @param folder of its own; what an earlier process has left there is given first
   * @param maxBytes how much it keeps at most
   * @throws LedgerException of kind {@code IN_USE} if another process has the folder
   */
  public static Outbox in(Path folder, long maxBytes) throws LedgerException {
    return new Outbox(FileStore.open(folder, maxBytes));
  }

  /** One whose records end with the process. */
  public static Outbox inMemory() {
    return new Outbox(new MemoryStore());
  }

  /**
   * Adds records.
   *
   * @return how many are left out, of these or of the oldest, since there is no room for them
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
   * The oldest records, the same until {@link #taken} is called. Waits until there are as many as
   * asked for, or until the patience has passed since it saw the first.
   *
   * @return none only if the outbox is closing and has none left
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

  /** What {@link #next} has given last need not be given again. */
  public void taken() throws IOException {
    lock.lock();
    try {
      store.removeGiven();
    } finally {
      lock.unlock();
    }
  }

  /** How many records wait. */
  public long size() {
    lock.lock();
    try {
      return store.size();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is waited for any more: what is there is given at once, and then nothing. */
  public void drain() {
    lock.lock();
    try {
      closing = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of the files. What they hold is given by the next process. */
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
