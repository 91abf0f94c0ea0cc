package io.nexus.control.pipeline;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import java.util.List;
import java.util.Optional;

/** Which backend serves which model. Safe for concurrent use. */
public interface Catalogue {

  /** All offers of a model, of backends that are down as well; none if nobody serves it. */
  List<Offer> offers(String model);

  /** What a model costs at a backend, be it offered there or not; empty if nobody knows. */
  default Optional<ModelPricing> pricing(Backend backend, String model) {
    return Optional.empty();
  }
}
