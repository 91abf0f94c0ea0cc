package io.nexus.control.journal;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendRecord;
import java.time.Instant;
import java.util.List;

/** What the ledger is to be told next. */
public sealed interface JournalBatch {

  /** How many entries of the journal it is made of. */
  int size();

  /**
   * Records to be posted.
   *
   * @param records in the order in which they came; none if there is nothing to tell
   */
  record Records(List<SpendRecord> records) implements JournalBatch {

    /** Copies the list. */
    public Records {
      records = List.copyOf(records);
    }

    @Override
    public int size() {
      return records.size();
    }
  }

  /**
   * An operator has set a budget's spend back to zero: what was posted before is forgiven.
   *
   * @param charge the budget and cycle
   * @param id of its own, so that it is done once however often it is read
   * @param at when, to the millisecond
   */
  record Reset(BudgetCycle charge, String id, Instant at) implements JournalBatch {

    @Override
    public int size() {
      return 1;
    }
  }
}
