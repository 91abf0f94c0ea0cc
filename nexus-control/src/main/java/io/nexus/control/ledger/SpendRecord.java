package io.nexus.control.ledger;

import io.nexus.control.budget.Caller;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * The cost of one attempt of a request at a backend: a line of the audit trail. It contains names
 * and numbers, no text of the request or answer.
 *
 * <p>Control characters in texts are replaced, and texts are cut after 256 characters.
 *
 * @param attempt its identity; a ledger enters it once
 * @param at when it ended, to the millisecond
 * @param caller who sent the request
 * @param target the backend and model that served it
 * @param usage the tokens and other units used
 * @param price the price used, for people to read
 * @param cost what it cost; negative only for corrections
 * @param precision the source of the tokens
 * @param outcome how it ended
 * @param charges the budgets and cycles charged
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

  private static final String TIER = "tier ";
  private static final String TIER_END = "; ";

  /**
   * A record's position in the order of reports.
   *
   * @param at its time
   * @param id its identity
   */
  public record Place(Instant at, RecordId id) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::at).thenComparing(Place::id);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /** Replaces characters that cannot be stored, and copies the list. */
  public SpendRecord {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    caller = StorableText.storable(caller);
    price = StorableText.storable(price);
    charges = List.copyOf(charges);
  }

  /** Its position in the order of reports. */
  public Place place() {
    return new Place(at, attempt);
  }

  /** This attempt with outcome {@code LOST}, charged the amount held. */
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

  /** This record with another API. */
  public SpendRecord askedFor(String api) {
    var served = new ServedBy(target.backend(), target.provider(), target.model(), api);
    return new SpendRecord(
        attempt, at, caller, served, usage, price, cost, precision, outcome, charges);
  }

  /** This record with other usage. */
  public SpendRecord withUsage(Usage other) {
    return new SpendRecord(
        attempt, at, caller, target, other, price, cost, precision, outcome, charges);
  }

  /** The service tier named in the text of the {@link #price}. */
  public ServiceTier tier() {
    int end = price.indexOf(TIER_END);
    return price.startsWith(TIER) && end > 0
        ? ServiceTier.of(price.substring(TIER.length(), end))
        : ServiceTier.STANDARD;
  }

  /**
   * A correction of this record.
   *
   * @param revision the number of the correction, from 1
   * @param moment when it is made
   * @param right the right price, for people to read
   * @param difference the amount to add to the charge so far
   */
  public SpendRecord corrected(int revision, Instant moment, String right, Money difference) {
    return new SpendRecord(
        new RecordId(attempt.requestId(), attempt.number(), revision),
        moment,
        caller,
        target,
        Usage.NONE,
        right,
        difference,
        precision,
        Outcome.CORRECTION,
        charges);
  }

  /** A price as records show it: dollars per million tokens, and its source. */
  public static String priceText(Price price) {
    return priceText(price, ServiceTier.STANDARD);
  }

  /** A tier's price as records show it; begins with the tier unless it is standard. */
  public static String priceText(Price price, ServiceTier tier) {
    var pricing = price.pricing().served(tier);
    var rates = pricing.rates();
    var text = new StringBuilder();
    if (!tier.isStandard()) {
      text.append(TIER).append(tier.name()).append(TIER_END);
    }
    append(text, "in", rates.input());
    if (rates.cachedInput() != rates.input()) {
      append(text, "cached", rates.cachedInput());
    }
    if (rates.cacheWrite() != rates.input()) {
      append(text, "write", rates.cacheWrite());
    }
    if (rates.of(PriceKind.CACHE_WRITE_1H) != rates.cacheWrite()) {
      append(text, "write 1h", rates.of(PriceKind.CACHE_WRITE_1H));
    }
    append(text, "out", rates.output());
    if (rates.reasoning() != rates.output()) {
      append(text, "reasoning", rates.reasoning());
    }
    if (!pricing.perRequest().isZero()) {
      append(text, "request", pricing.perRequest().nanos());
    }
    return text.append(price.source()).append(": ").append(price.matched()).toString();
  }

  private static void append(StringBuilder text, String kind, long nanos) {
    text.append(kind).append(' ').append(new Money(nanos)).append("; ");
  }
}
