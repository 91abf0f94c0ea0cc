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
 * What records would be charged by today's configuration. It leaves what it cannot judge: the
 * records of backends that are not configured any more, and of models that nobody prices.
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
   * Prices for the records of some models.
   *
   * @param models which
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
    // A request is charged at the price of the day on which it was sent, and may end on the next.
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
   * An answer that broke off may have been charged by what was held, which is more than its tokens
   * say: that is no wrong price.
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
