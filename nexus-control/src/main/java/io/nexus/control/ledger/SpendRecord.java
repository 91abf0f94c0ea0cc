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

  private static final String TIER = "tier ";
  private static final String TIER_END = "; ";

  /**
   * Where a record stands among all.
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

  /** Where it stands among all. */
  public Place place() {
    return new Place(at, attempt);
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

  /** The same of another API. */
  public SpendRecord askedFor(String api) {
    var served = new ServedBy(target.backend(), target.provider(), target.model(), api);
    return new SpendRecord(
        attempt, at, caller, served, usage, price, cost, precision, outcome, charges);
  }

  /** The same with other usage. */
  public SpendRecord withUsage(Usage other) {
    return new SpendRecord(
        attempt, at, caller, target, other, price, cost, precision, outcome, charges);
  }

  /** The tier that the {@link #price} was of, as its text says. */
  public ServiceTier tier() {
    int end = price.indexOf(TIER_END);
    return price.startsWith(TIER) && end > 0
        ? ServiceTier.of(price.substring(TIER.length(), end))
        : ServiceTier.STANDARD;
  }

  /**
   * A correction of this record.
   *
   * @param revision counts the attempt's corrections from 1
   * @param moment when it is made
   * @param right the right price, for people to read
   * @param difference what it adds to what is charged so far
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

  /** A price as records show it: dollars per million tokens, and where it stands. */
  public static String priceText(Price price) {
    return priceText(price, ServiceTier.STANDARD);
  }

  /** The price of a tier as records show it, which begins with the tier unless it is standard. */
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
