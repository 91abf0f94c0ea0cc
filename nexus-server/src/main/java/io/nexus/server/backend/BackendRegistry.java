package io.nexus.server.backend;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Price;
import io.nexus.control.pipeline.Catalogue;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * All backends, and which of them serves which model. They can be {@linkplain #replace replaced};
 * running requests to a removed backend continue. Safe for concurrent use.
 */
public final class BackendRegistry implements Catalogue, AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(100);

  /** By then earlier decisions are being executed, or are decided again. */
  private static final int SHORTEST_LOOKS = 300;

  private record Listing(LiveBackend live, Offer offer) {}

  private record Known(List<LiveBackend> backends, PricingRegistry prices) {}

  private final List<LiveBackend> leaving = new CopyOnWriteArrayList<>();
  private volatile Known known;
  private volatile Map<String, List<Listing>> byModel = Map.of();
  private volatile boolean closed;
  private Set<String> drained = Set.of();

  /** The backends in the order of the configuration. */
  public BackendRegistry(List<LiveBackend> backends, PricingRegistry prices) {
    known = new Known(List.copyOf(backends), prices);
    index();
  }

  /** All of them. */
  public List<LiveBackend> backends() {
    return known.backends;
  }

  /** Replaces the backends. The clients of removed ones are closed when no request uses them. */
  public synchronized void replace(List<LiveBackend> backends, PricingRegistry prices) {
    var gone = new ArrayList<>(known.backends);
    gone.removeAll(backends);
    leaving.addAll(gone);
    known = new Known(List.copyOf(backends), prices);
    drain(drained);
    index();
    gone.forEach(live -> Thread.ofVirtual().name("backend-leaves").start(() -> leave(live)));
  }

  /** Replaces the prices. */
  public synchronized void reprice(UnaryOperator<PricingRegistry> change) {
    known = new Known(known.backends, change.apply(known.prices));
    index();
  }

  /** Drains the backends of these names, and no others. */
  public synchronized void drain(Set<String> names) {
    drained = Set.copyOf(names);
    known.backends.forEach(live -> live.drained(drained.contains(live.backend().name())));
  }

  private void leave(LiveBackend live) {
    try {
      for (int looks = 0; looks < SHORTEST_LOOKS || live.slots().taken() > 0; looks++) {
        if (closed) {
          return;
        }
        Thread.sleep(LOOK);
      }
      live.client().close();
      leaving.remove(live);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The live backend of a decision, which may have been removed since. */
  @SuppressWarnings("ReferenceEquality") // two with one name may differ only in their address
  public LiveBackend of(Backend backend) {
    for (var live : known.backends) {
      if (live.backend() == backend) {
        return live;
      }
    }
    for (var live : leaving) {
      if (live.backend() == backend) {
        return live;
      }
    }
    throw new IllegalArgumentException("no backend is named '" + backend.name() + "'");
  }

  /** The secrets sent to a backend, such as its key. */
  public List<String> secrets(Backend backend) {
    return of(backend).secrets();
  }

  /** The models that any backend serves, sorted. */
  public List<String> models() {
    return List.copyOf(new TreeSet<>(byModel.keySet()));
  }

  /** The names of the backends that have not said yet which models they serve. */
  public List<String> unlisted() {
    return known.backends.stream()
        .filter(live -> !live.isListed())
        .map(live -> live.backend().name())
        .toList();
  }

  /** Whether any backend serves it. */
  public boolean serves(String model) {
    return byModel.containsKey(model);
  }

  @Override
  public List<Offer> offers(String model) {
    var prices = known.prices;
    var listings = byModel.getOrDefault(model, List.of());
    for (var listing : listings) {
      if (!prices.isCurrent(listing.offer().price())) {
        index();
        listings = byModel.getOrDefault(model, List.of());
        break;
      }
    }
    var offers = new ArrayList<Offer>(listings.size());
    for (var listing : listings) {
      var offer = listing.offer();
      offers.add(
          new Offer(
              offer.backend(), listing.live().load(), offer.model(), offer.price(), offer.facts()));
    }
    return offers;
  }

  @Override
  public Optional<ModelPricing> pricing(Backend backend, String model) {
    return Optional.of(price(backend, model).pricing());
  }

  /** The known price of a model there; never a guess. */
  public Optional<ModelPricing> knownPricing(Backend backend, String model) {
    var price = price(backend, model);
    return price.isUnknown() ? Optional.empty() : Optional.of(price.pricing());
  }

  private Price price(Backend backend, String model) {
    return known.prices.priceOf(backend.provider(), of(backend).region(), backend.isLocal(), model);
  }

  /** Updates the index of the models served and their prices today. */
  synchronized void index() {
    var prices = known.prices;
    var index = new HashMap<String, List<Listing>>();
    for (var live : known.backends) {
      for (var model : live.models()) {
        index.computeIfAbsent(model, _ -> new ArrayList<>()).add(listing(prices, live, model));
      }
    }
    byModel = Map.copyOf(index);
  }

  private static Listing listing(PricingRegistry prices, LiveBackend live, String model) {
    var backend = live.backend();
    var price = prices.priceOf(backend.provider(), live.region(), backend.isLocal(), model);
    var facts = prices.factsOf(backend.provider(), backend.isLocal(), model);
    return new Listing(live, new Offer(backend, live.load(), model, price, facts));
  }

  @Override
  public void close() {
    closed = true;
    known.backends.forEach(live -> live.client().close());
    leaving.forEach(live -> live.client().close());
  }
}
