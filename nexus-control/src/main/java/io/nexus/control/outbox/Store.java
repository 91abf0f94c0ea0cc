package io.nexus.control.outbox;

import io.nexus.control.ledger.SpendRecord;
import java.io.IOException;
import java.util.List;

/** Where an outbox keeps its records. The outbox's lock guards it. */
interface Store {

  /** How many records it holds. */
  long size();

  /**
   * Adds records.
   *
   * @return how many of the oldest had to go for them
   * @throws IOException if none of them was added
   */
  long append(List<SpendRecord> records) throws IOException;

  /** The oldest records. */
  List<SpendRecord> first(int atMost) throws IOException;

  /** Removes the records that {@link #first} gave last, as far as they are still there. */
  void removeGiven() throws IOException;

  void close() throws IOException;
}
