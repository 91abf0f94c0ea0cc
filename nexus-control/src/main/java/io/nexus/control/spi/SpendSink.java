package io.nexus.control.spi;

import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.util.List;

/**
 * A receiver of spend records besides the ledger, such as a queue or a warehouse.
 *
 * <p>Records arrive in the order in which they were posted, at least once each: after a crash,
 * unconfirmed records are delivered again. Use {@link SpendRecord#attempt} to recognise duplicates.
 *
 * <p>One thread calls it, never a request's, so it may block. Meanwhile records wait on the disk,
 * up to a bound.
 */
public interface SpendSink extends AutoCloseable {

  /**
   * Takes records, all of them or none.
   *
   * @throws IOException if it is not certain that they were taken; the same records, and perhaps
   *     more, are delivered again later. The message is logged, so it must not contain secrets
   * @throws InterruptedException if the gateway stops
   */
  void accept(List<SpendRecord> records) throws IOException, InterruptedException;

  /** Closes connections and files. */
  @Override
  void close();
}
