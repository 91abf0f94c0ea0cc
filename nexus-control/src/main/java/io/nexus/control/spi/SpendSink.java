package io.nexus.control.spi;

import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.util.List;

/**
 * Where spend records go beside the ledger, such as a queue or a warehouse.
 *
 * <p>Records come in the order in which the ledger got them, at least once each: what a process had
 * not confirmed when it died comes again. Whoever counts them tells them apart by {@link
 * SpendRecord#attempt}.
 *
 * <p>One thread calls it, which is not a request's: it may take its time. As long as it does,
 * records wait on the disk, up to a bound.
 */
public interface SpendSink extends AutoCloseable {

  /**
   * Takes records, all of them or none.
   *
   * @throws IOException if they were not taken for sure: the same records, and perhaps more, are
   *     given again after a while. Its message goes to the log, so it names no secret
   * @throws InterruptedException if the gateway stops and waits no longer
   */
  void accept(List<SpendRecord> records) throws IOException, InterruptedException;

  /** Lets go of connections and files. */
  @Override
  void close();
}
