package io.nexus.server.backend;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.pipeline.Catalogue;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All backends, and which of them serves which model. Safe for concurrent use. */
public final class BackendRegistry implements Catalogue, AutoCloseable {

  private record Listing(LiveBackend live, Offer offer) {}

  private final List<LiveBackend> backends;
  private final Map<String, LiveBackend> byName;
  private final PricingRegistry prices;
  private volatile Map<String, List<Listing>> byModel = Map.of();

  /** The backends in the order of the configuration. */
  public BackendRegistry(List<LiveBackend> backends, PricingRegistry prices) {
    this.backends = List.copyOf(backends);
    this.byName =
        backends.stream()
            .collect(Collectors.toMap(live -> live.backend().name(), Function.identity()));
    this.prices = prices;
    index();
  }

  /** All of them. */
  public List<LiveBackend> backends() {
    return backends;
  }

  /** The one of that name, which must exist. */
  public LiveBackend named(String name) {
    var live = byName.get(name);
    if (live == null) {
      throw new IllegalArgumentException("no backend is named '" + name + "'");
    }
    return live;
  }

  /** What a backend is sent and nobody else may see, such as its key. */
  public List<String> secrets(String backend) {
    return named(backend).secrets();
  }

  /** The models that anybody serves, sorted. */
  public List<String> models() {
    return List.copyOf(new TreeSet<>(byModel.keySet()));
  }

  /** Whether anybody serves it. */
  public boolean serves(String model) {
    return byModel.containsKey(model);
  }

  @Override
  public List<Offer> offers(String model) {
    var listings = byModel.getOrDefault(model, List.of());
    if (listings.stream().anyMatch(listing -> !prices.isCurrent(listing.offer().price()))) {
      index();
      listings = byModel.getOrDefault(model, List.of());
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
    return Optional.of(
        prices
            .priceOf(backend.provider(), named(backend.name()).region(), backend.isLocal(), model)
            .pricing());
  }

  /** Takes up what the backends have been found to serve, and what that costs today. */
  void index() {
    var index = new HashMap<String, List<Listing>>();
    for (var live : backends) {
      for (var model : live.models()) {
        index.computeIfAbsent(model, _ -> new ArrayList<>()).add(listing(live, model));
      }
    }
    byModel = Map.copyOf(index);
  }

  private Listing listing(LiveBackend live, String model) {
    var backend = live.backend();
    var price = prices.priceOf(backend.provider(), live.region(), backend.isLocal(), model);
    var facts = prices.factsOf(backend.provider(), backend.isLocal(), model);
    return new Listing(live, new Offer(backend, live.load(), model, price, facts));
  }

  @Override
  public void close() {
    backends.forEach(live -> live.client().close());
  }
}
