package io.nexus.control.journal;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendRecord;
import java.time.Instant;
import java.util.List;

/** Entries to post to the ledger. */
public sealed interface JournalBatch {

  /** The number of journal entries in it. */
  int size();

  /**
   * Records to be posted.
   *
   * @param records in order of arrival; empty if there is nothing to post
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
   * An operator has set a budget's spend back to zero: the spend posted before is forgiven.
   *
   * @param charge the budget and cycle
   * @param id unique, so that the reset is applied once even if it is read several times
   * @param at when, to the millisecond
   */
  record Reset(BudgetCycle charge, String id, Instant at) implements JournalBatch {

    @Override
    public int size() {
      return 1;
    }
  }
}
