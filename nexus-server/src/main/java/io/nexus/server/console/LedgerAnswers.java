package io.nexus.server.console;

import io.nexus.control.ledger.LedgerException;
import io.nexus.server.http.ApiException;
import io.nexus.server.spend.ReportThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Queries the ledger for the console. */
final class LedgerAnswers {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");

  private LedgerAnswers() {}

  /**
   * The answer to a question.
   *
   * @throws ApiException with status 503 if there is none
   */
  static <T> T ask(ReportThread books, ReportThread.Question<T> question) {
    try {
      return books.ask(question);
    } catch (LedgerException e) {
      LOG.log(Level.WARNING, "No answer for the console: {0}", e.getMessage());
      throw ApiException.unavailable(
          503,
          "service_unavailable",
          "ledger_unavailable",
          "The ledger cannot be read now: try again later, or ask for a shorter time.");
    }
  }
}
