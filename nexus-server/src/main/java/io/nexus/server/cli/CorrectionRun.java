package io.nexus.server.cli;

import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Corrections;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Corrects records, or shows what that would do.
 *
 * @param query the records
 * @param rule decides the right charge
 * @param changes collects the corrections
 */
record CorrectionRun(SpendQuery query, Due.Rule rule, PriceChanges changes) {

  Corrected run(LedgerReports books, boolean dryRun) throws LedgerException {
    return dryRun ? tryOut(books) : correct(books);
  }

  private Corrected correct(LedgerReports books) throws LedgerException {
    var at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var done = books.correct(query, rule, at);
    var entered = new SpendQuery(query.by(), at, at.plusMillis(1), query.zone());
    books.records(
        entered,
        record -> {
          if (record.outcome() == Outcome.CORRECTION) {
            changes.add(record);
          }
        });
    return done;
  }

  /**
   * Computes the corrections without storing them. Later corrections are read first, since they may
   * be newer than the records they correct.
   */
  private Corrected tryOut(LedgerReports books) throws LedgerException {
    var corrections = new Corrections(rule, Instant.now());
    var following = new SpendQuery(query.by(), query.since(), Instant.MAX, query.zone());
    books.records(following, (SpendRecord record) -> corrections.charged(record));
    books.records(query, record -> corrections.correction(record).ifPresent(changes::add));
    return corrections.result();
  }
}
