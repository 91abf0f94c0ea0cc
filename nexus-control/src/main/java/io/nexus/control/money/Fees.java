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
 * Prices of what is not billed by tokens: requests, pictures, seconds, characters, calls of a
 * provider's tools; each for one {@linkplain PriceKind.Unit unit}.
 *
 * <p>A variant without a price has that of the more general one, at last that of its kind; where a
 * kind has none of its own, the dearest of its variants.
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
   * @throws IllegalArgumentException if a price is negative, or one of tokens
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

  /** The prices as they are given, in the order of their kinds. */
  public SortedMap<Item, Money> prices() {
    return prices;
  }

  /** What each request costs whatever it uses; the dearest variant, where it has several. */
  public Money perRequest() {
    return perRequest;
  }

  /** What a call of the dearest of the provider's own tools costs; zero if none has a price. */
  Money dearestTool() {
    return prices.entrySet().stream()
        .filter(price -> price.getKey().kind().isTool())
        .map(Map.Entry::getValue)
        .max(Money::compareTo)
        .orElse(Money.ZERO);
  }

  /** These with one more, which replaces that of the same item. */
  public Fees with(Item item, Money price) {
    var all = new TreeMap<>(prices);
    all.put(item, price);
    return new Fees(all);
  }

  /** Those of them that a provider's own tools cost. */
  public Fees ofTools() {
    var tools = new TreeMap<>(prices);
    tools.keySet().removeIf(item -> !item.kind().isTool());
    return tools.size() == prices.size() ? this : new Fees(tools);
  }

  /** These, and of the others' those that are for an item without a price of its own here. */
  public Fees or(Fees others) {
    return and(others.prices, item -> !prices.containsKey(item));
  }

  /** These, and of the others' those of kinds that have no price here at all. */
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
   * @return empty if nobody gives one
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

  /** Whether no request costs any, but for calls of the provider's tools. */
  boolean isFree() {
    for (var price : prices.entrySet()) {
      if (!price.getValue().isZero() && !price.getKey().kind().isTool()) {
        return false;
      }
    }
    return true;
  }

  /**
   * What the extras of the usage that are not tokens cost, and the request itself, in 144
   * millionths of a nano-dollar.
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

  /** A picture is billed by its tokens where usage tells them, or by its price: not by both. */
  private static boolean isCountedInTokens(PriceKind kind, Usage used) {
    return (kind == PriceKind.IMAGE && used.extra(PriceKind.OUTPUT_IMAGE) > 0)
        || (kind == PriceKind.IMAGE_INPUT && used.extra(PriceKind.INPUT_IMAGE) > 0);
  }

  /**
   * What tokens and all else cost together, rounded up to the nano-dollar, once.
   *
   * @param tokens the cost of the tokens, in millionths of a nano-dollar
   * @throws ArithmeticException if it does not fit
   */
  Money costWith(BigInteger tokens, Usage used) {
    var sum = tokens.multiply(BigInteger.valueOf(144)).add(exact(used));
    return new Money(sum.add(SCALE.subtract(BigInteger.ONE)).divide(SCALE).longValueExact());
  }

  /** So much of one item, rounded up; {@link Money#MOST} where it does not fit. */
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
