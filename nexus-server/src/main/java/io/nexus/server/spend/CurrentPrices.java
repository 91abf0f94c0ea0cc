package io.nexus.server.spend;

import io.nexus.config.BackendConfig;
import io.nexus.control.budget.Glob;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Price;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.pricing.Providers;
import io.nexus.control.routing.Location;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The prices of records under today's configuration. It leaves records of backends that are no
 * longer configured, and of models without a price.
 *
 * <p>Not for concurrent use.
 */
public final class CurrentPrices implements Function<SpendRecord, Optional<Price>> {

  private final PricingRegistry prices;
  private final Glob models;
  private final Map<String, BackendConfig> backends = new HashMap<>();
  private final Map<Asked, Price> known = new HashMap<>();
  private final SortedSet<String> unknownBackends = new TreeSet<>();
  private final SortedSet<String> unpricedModels = new TreeSet<>();

  private record Asked(String provider, String backend, String model, LocalDate day) {}

  /**
   * Creates prices for some models.
   *
   * @param models the models
   */
  public CurrentPrices(PricingRegistry prices, List<BackendConfig> backends, Glob models) {
    this.prices = prices;
    this.models = models;
    backends.forEach(backend -> this.backends.put(backend.name(), backend));
  }

  /** The price of a record; empty to leave it. */
  @Override
  public Optional<Price> apply(SpendRecord record) {
    var target = record.target();
    if (!models.matches(target.model())) {
      return Optional.empty();
    }
    var backend = backends.get(target.backend());
    if (backend == null) {
      unknownBackends.add(target.backend());
      return Optional.empty();
    }
    var day = LocalDate.ofInstant(record.at(), ZoneOffset.UTC);
    var price = priceOf(record, backend, day);
    if (price.isUnknown()) {
      unpricedModels.add(target.model());
      return Optional.empty();
    }
    // A request is charged at the price of the day on which it was sent, which may be the day
    // before its end.
    var before = priceOf(record, backend, day.minusDays(1));
    var right = !before.equals(price) && isAt(record, before) ? before : price;
    return isChargedByHold(record, right) ? Optional.empty() : Optional.of(right);
  }

  private Price priceOf(SpendRecord record, BackendConfig backend, LocalDate day) {
    var target = record.target();
    return known.computeIfAbsent(
        new Asked(target.provider(), target.backend(), target.model(), day),
        asked ->
            prices.priceOf(
                asked.provider(),
                Providers.regionOf(Providers.canonical(asked.provider()), backend.url()),
                backend.location() == Location.LOCAL,
                asked.model(),
                asked.day()));
  }

  /**
   * Whether an incomplete answer was charged the amount held rather than its tokens; that is not a
   * wrong price.
   */
  private static boolean isChargedByHold(SpendRecord record, Price price) {
    return record.outcome() == Outcome.BROKEN && isAt(record, price);
  }

  private static boolean isAt(SpendRecord record, Price price) {
    return record.price().equals(SpendRecord.priceText(price, record.tier()));
  }

  /** The backends whose records were left. */
  public SortedSet<String> unknownBackends() {
    return unknownBackends;
  }

  /** The models whose records were left. */
  public SortedSet<String> unpricedModels() {
    return unpricedModels;
  }
}
