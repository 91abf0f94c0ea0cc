package io.nexus.control.pipeline;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import java.util.List;
import java.util.Optional;

/** Knows which backend serves which model. Safe for concurrent use. */
public interface Catalogue {

  /** All offers of a model, even of backends that are down; empty if no backend serves it. */
  List<Offer> offers(String model);

  /** The prices of a model at a backend, offered there or not; empty if unknown. */
  default Optional<ModelPricing> pricing(Backend backend, String model) {
    return Optional.empty();
  }
}
