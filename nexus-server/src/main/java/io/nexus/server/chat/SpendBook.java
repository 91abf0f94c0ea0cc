package io.nexus.server.chat;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Holds;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import io.nexus.metrics.BudgetMeters;
import io.nexus.server.chat.Delivery.Ending;
import io.nexus.server.http.ApiException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where money is held for attempts and what they cost is written down. An attempt is noted before
 * it goes out, so that what it may have cost is charged even if the process dies.
 */
public final class SpendBook {

  private final Holds treasury;
  private final BudgetMeters meters;
  private final Map<Price, String> priceTexts = new ConcurrentHashMap<>();

  /** The book of a treasury. */
  public SpendBook(Holds treasury, BudgetMeters meters) {
    this.treasury = treasury;
    this.meters = meters;
  }

  /**
   * Takes the hold.
   *
   * @param least what the request would make do with
   * @return whether the budgets have the money
   * @throws ApiException with status 503 if nobody can tell, and the operator wants no request to
   *     go on then
   */
  boolean admit(BudgetHold hold, Money amount, Money least) {
    return isHeld(treasury.admit(hold, amount, least));
  }

  /**
   * Notes that an attempt is about to go out.
   *
   * @throws ApiException with status 503 if it cannot be noted
   */
  void begin(Attempt attempt, BudgetHold hold) {
    if (hold.held().isZero()) {
      return;
    }
    if (!treasury.begin(() -> worstCase(attempt, hold))) {
      meters.errors("journal_full").increment();
      throw unavailable();
    }
  }

  /**
   * Holds more for a stream that runs.
   *
   * @return whether the budgets have the money; if not, or if nobody can tell, the stream must end
   */
  boolean extend(Attempt attempt, BudgetHold hold, Money more) {
    return switch (treasury.extend(hold, more)) {
      case Admission.Held _ -> treasury.begin(() -> worstCase(attempt, hold));
      case Admission.Refused _, Admission.Unavailable _ -> false;
    };
  }

  /** Charges an attempt, and returns the record of it. */
  SpendRecord settle(Attempt attempt, BudgetHold hold, Delivery delivery, Money cost) {
    var record =
        record(
            attempt,
            hold,
            delivery.usage(),
            cost,
            precision(attempt, delivery),
            outcome(delivery.ending()));
    treasury.settle(record);
    hold.settle(cost);
    return record;
  }

  /** Ends an attempt that has cost nothing; one that was charged stays so. */
  void cancel(Attempt attempt) {
    treasury.cancel(identity(attempt));
  }

  private boolean isHeld(Admission admission) {
    return switch (admission) {
      case Admission.Held held -> {
        if (!held.secured()) {
          meters.errors("ledger_away").increment();
        }
        yield true;
      }
      case Admission.Refused _ -> false;
      case Admission.Unavailable _ -> {
        meters.errors("ledger_away").increment();
        throw unavailable();
      }
    };
  }

  private static ApiException unavailable() {
    return ApiException.unavailable(
        503,
        "service_unavailable",
        "budget_unavailable",
        "The budgets cannot be checked now, and this gateway sends nothing without that.");
  }

  private SpendRecord worstCase(Attempt attempt, BudgetHold hold) {
    var estimate = attempt.candidate().estimate();
    return record(
        attempt,
        hold,
        Usage.of(estimate.inputTokens(), estimate.outputTokens()),
        hold.held(),
        Precision.ESTIMATED,
        Outcome.LOST);
  }

  private SpendRecord record(
      Attempt attempt,
      BudgetHold hold,
      Usage usage,
      Money cost,
      Precision precision,
      Outcome outcome) {
    var offer = attempt.candidate().offer();
    return new SpendRecord(
        identity(attempt),
        Instant.ofEpochMilli(treasury.clock().millis()),
        attempt.caller(),
        new ServedBy(offer.backend().name(), offer.backend().provider(), offer.model()),
        usage,
        priceText(offer.price()),
        cost,
        precision,
        outcome,
        Holds.chargesOf(hold));
  }

  private String priceText(Price price) {
    var text = priceTexts.get(price);
    return text == null ? priceTexts.computeIfAbsent(price, SpendRecord::priceText) : text;
  }

  private static io.nexus.control.ledger.RecordId identity(Attempt attempt) {
    return new io.nexus.control.ledger.RecordId(attempt.exchange().id(), attempt.number());
  }

  private static Precision precision(Attempt attempt, Delivery delivery) {
    if (delivery.reported()) {
      return Precision.REPORTED;
    }
    return attempt.candidate().estimate().tier() == TokenCountTier.EXACT
        ? Precision.COUNTED
        : Precision.ESTIMATED;
  }

  private static Outcome outcome(Ending ending) {
    return switch (ending) {
      case COMPLETED -> Outcome.COMPLETED;
      case CANCELLED -> Outcome.CANCELLED;
      case BROKEN, TIMED_OUT -> Outcome.BROKEN;
      case CUT_OFF -> Outcome.CUT_OFF;
    };
  }
}
