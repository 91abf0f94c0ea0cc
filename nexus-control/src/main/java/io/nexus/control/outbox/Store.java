package io.nexus.control.outbox;

import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.util.List;

/** The storage of an outbox. The outbox's lock guards it. */
interface Store {

  /** The number of records. */
  long size();

  /**
   * Adds records.
   *
   * @return how many of the oldest were dropped for them
   * @throws IOException if none of them was added
   */
  long append(List<SpendRecord> records) throws IOException;

  /** The oldest records. */
  List<SpendRecord> first(int atMost) throws IOException;

  /** Removes the records that {@link #first} returned last, as far as they are still stored. */
  void removeGiven() throws IOException;

  void close() throws IOException;
}
