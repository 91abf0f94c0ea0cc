package io.nexus.control.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Prices of everything not billed by tokens: requests, images, seconds, characters, calls of a
 * provider's tools; each for one {@linkplain PriceKind.Unit unit}.
 *
 * <p>A variant without a price has that of the next more general one, finally that of its kind; a
 * kind without a price has that of its dearest variant.
 *
 * <p>Immutable. Two are equal if they have the same prices.
 */
public final class Fees {

  /** The least common multiple of all units' sizes. */
  private static final BigInteger SCALE = BigInteger.valueOf(144_000_000);

  private static final Item REQUEST = Item.of(PriceKind.REQUEST);

  /** None. */
  public static final Fees NONE = new Fees(Map.of());

  private final SortedMap<Item, Money> prices;
  private final Money perRequest;

  /**
   * @throws IllegalArgumentException if a price is negative, or is for tokens
   */
  public Fees(Map<Item, Money> prices) {
    for (var price : prices.entrySet()) {
      if (price.getValue().nanos() < 0) {
        throw new IllegalArgumentException("a price is at least 0: " + price);
      }
      if (price.getKey().kind().isTokens()) {
        throw new IllegalArgumentException("a price of tokens is no fee: " + price.getKey());
      }
    }
    this.prices = Collections.unmodifiableSortedMap(new TreeMap<>(prices));
    this.perRequest = price(REQUEST).orElse(Money.ZERO);
  }

  /** The given prices, in the order of their kinds. */
  public SortedMap<Item, Money> prices() {
    return prices;
  }

  /** The fee for each request; that of the dearest variant if there are several. */
  public Money perRequest() {
    return perRequest;
  }

  /** The price of a call of the provider's dearest tool; zero if none has a price. */
  Money dearestTool() {
    return prices.entrySet().stream()
        .filter(price -> price.getKey().kind().isTool())
        .map(Map.Entry::getValue)
        .max(Money::compareTo)
        .orElse(Money.ZERO);
  }

  /** These fees with one price added or replaced. */
  public Fees with(Item item, Money price) {
    var all = new TreeMap<>(prices);
    all.put(item, price);
    return new Fees(all);
  }

  /** The fees of the provider's own tools. */
  public Fees ofTools() {
    var tools = new TreeMap<>(prices);
    tools.keySet().removeIf(item -> !item.kind().isTool());
    return tools.size() == prices.size() ? this : new Fees(tools);
  }

  /** These fees, plus the other's for items without a price here. */
  public Fees or(Fees others) {
    return and(others.prices, item -> !prices.containsKey(item));
  }

  /** These fees, plus the other's for kinds without any price here. */
  public Fees orOtherKinds(Fees others) {
    return and(others.prices, item -> price(item).isEmpty());
  }

  private Fees and(Map<Item, Money> others, Predicate<Item> wanted) {
    var all = new TreeMap<>(prices);
    others.forEach(
        (item, price) -> {
          if (wanted.test(item)) {
            all.put(item, price);
          }
        });
    return all.size() == prices.size() ? this : new Fees(all);
  }

  /** The dearer of both, item by item. */
  Fees max(Fees other) {
    if (equals(other)) {
      return this;
    }
    var all = new TreeMap<>(prices);
    other.prices.keySet().forEach(item -> all.putIfAbsent(item, Money.ZERO));
    all.replaceAll(
        (item, _) -> {
          var one = price(item).orElse(Money.ZERO);
          var two = other.price(item).orElse(Money.ZERO);
          return one.compareTo(two) >= 0 ? one : two;
        });
    return new Fees(all);
  }

  /**
   * The price of one unit.
   *
   * @return empty if there is none
   */
  public Optional<Money> price(Item item) {
    for (var each = item; ; each = each.general()) {
      var own = prices.get(each);
      if (own != null) {
        return Optional.of(own);
      }
      if (each.variant().isEmpty()) {
        break;
      }
    }
    Money dearest = null;
    for (var price : prices.entrySet()) {
      var other = price.getValue();
      if (price.getKey().kind() == item.kind()
          && (dearest == null || other.compareTo(dearest) > 0)) {
        dearest = other;
      }
    }
    return Optional.ofNullable(dearest);
  }

  /** Whether requests cost nothing except calls of the provider's tools. */
  boolean isFree() {
    for (var price : prices.entrySet()) {
      if (!price.getValue().isZero() && !price.getKey().kind().isTool()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The cost of the request itself and of its extras other than tokens, in units of 1/144,000,000
   * nano-dollar.
   */
  private BigInteger exact(Usage used) {
    var sum = BigInteger.ZERO;
    boolean requestCounted = false;
    for (var extra : used.extras().entrySet()) {
      var item = extra.getKey();
      if (item.kind().isTokens() || isCountedInTokens(item.kind(), used)) {
        continue;
      }
      requestCounted |= item.kind() == PriceKind.REQUEST;
      var unit = BigInteger.valueOf(price(item).orElse(Money.ZERO).nanos());
      sum =
          sum.add(
              unit.multiply(BigInteger.valueOf(extra.getValue()))
                  .multiply(SCALE.divide(BigInteger.valueOf(item.kind().unit().size()))));
    }
    return requestCounted ? sum : sum.add(BigInteger.valueOf(perRequest.nanos()).multiply(SCALE));
  }

  /** An image is billed by tokens if the usage reports them, else by its price; never by both. */
  private static boolean isCountedInTokens(PriceKind kind, Usage used) {
    return (kind == PriceKind.IMAGE && used.extra(PriceKind.OUTPUT_IMAGE) > 0)
        || (kind == PriceKind.IMAGE_INPUT && used.extra(PriceKind.INPUT_IMAGE) > 0);
  }

  /**
   * The cost of tokens and everything else, rounded up once to the nano-dollar.
   *
   * @param tokens the cost of the tokens, in millionths of a nano-dollar
   * @throws ArithmeticException if it does not fit
   */
  Money costWith(BigInteger tokens, Usage used) {
    var sum = tokens.multiply(BigInteger.valueOf(144)).add(exact(used));
    return new Money(sum.add(SCALE.subtract(BigInteger.ONE)).divide(SCALE).longValueExact());
  }

  /** The cost of an amount of one item, rounded up; {@link Money#MOST} on overflow. */
  Money cost(Item item, long amount) {
    var price = price(item).orElse(Money.ZERO);
    try {
      return Money.usdRoundedUp(
          price
              .toUsd()
              .multiply(BigDecimal.valueOf(Math.max(0, amount)))
              .divide(BigDecimal.valueOf(item.kind().unit().size()), 18, RoundingMode.UP));
    } catch (IllegalArgumentException e) {
      return Money.MOST;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fees fees && prices.equals(fees.prices);
  }

  @Override
  public int hashCode() {
    return prices.hashCode();
  }

  /** The prices, in dollars. */
  @Override
  public String toString() {
    return prices.toString();
  }
}
