package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * What one attempt of a request at a backend has cost: a line of the audit trail. It holds names
 * and numbers, nothing of what was said.
 *
 * <p>StorableText are kept storable: control characters are replaced, and a text is cut after 256
 * characters.
 *
 * @param attempt its identity; a ledger enters it once
 * @param at when it ended, to the millisecond
 * @param caller who asked
 * @param target what served it
 * @param usage the tokens
 * @param price the price used, for people to read
 * @param cost what it cost; only a correction's is ever negative
 * @param precision how the tokens are known
 * @param outcome how it ended
 * @param charges the budgets that it is charged to, in the cycles that it was held in
 */
public record SpendRecord(
    RecordId attempt,
    Instant at,
    Caller caller,
    ServedBy target,
    Usage usage,
    String price,
    Money cost,
    Precision precision,
    Outcome outcome,
    List<BudgetCycle> charges) {

  /** The order of reports: by time, then by identity. */
  public static final Comparator<SpendRecord> IN_TIME =
      Comparator.comparing(SpendRecord::at).thenComparing(SpendRecord::attempt);

  /** Makes the texts storable and copies the list. */
  public SpendRecord {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    caller =
        new Caller(
            StorableText.storable(caller.key()),
            StorableText.storable(caller.team()),
            StorableText.storable(caller.user()),
            caller.tags().stream().map(StorableText::storable).toList());
    price = StorableText.storable(price);
    charges = List.copyOf(charges);
  }

  /** The same attempt as one that a gateway's death has ended: the cost is what was held. */
  public SpendRecord lost() {
    return new SpendRecord(
        attempt,
        at,
        caller,
        target,
        usage,
        price,
        cost,
        Precision.ESTIMATED,
        Outcome.LOST,
        charges);
  }

  /**
   * A correction of this record.
   *
   * @param revision counts the attempt's corrections from 1
   * @param moment when it is made
   * @param right the right price
   * @param difference what it adds to what is charged so far
   */
  public SpendRecord corrected(int revision, Instant moment, Price right, Money difference) {
    return new SpendRecord(
        new RecordId(attempt.requestId(), attempt.number(), revision),
        moment,
        caller,
        target,
        Usage.NONE,
        priceText(right),
        difference,
        precision,
        Outcome.CORRECTION,
        charges);
  }

  /** A price as records show it: dollars per million tokens, and where it stands. */
  public static String priceText(Price price) {
    var rates = price.pricing().rates();
    var text = new StringBuilder();
    append(text, "in", rates.input());
    if (rates.cachedInput() != rates.input()) {
      append(text, "cached", rates.cachedInput());
    }
    if (rates.cacheWrite() != rates.input()) {
      append(text, "write", rates.cacheWrite());
    }
    append(text, "out", rates.output());
    if (rates.reasoning() != rates.output()) {
      append(text, "reasoning", rates.reasoning());
    }
    if (!price.pricing().perRequest().isZero()) {
      append(text, "request", price.pricing().perRequest().nanos());
    }
    return text.append(price.source()).append(": ").append(price.matched()).toString();
  }

  private static void append(StringBuilder text, String kind, long nanos) {
    text.append(kind).append(' ').append(new Money(nanos)).append("; ");
  }
}
