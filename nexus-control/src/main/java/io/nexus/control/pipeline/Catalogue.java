package io.nexus.control.pipeline;

import io.nexus.control.routing.Offer;
import java.util.List;

/** Which backend serves which model. Safe for concurrent use. */
public interface Catalogue {

  /** All offers of a model, of backends that are down as well; none if nobody serves it. */
  List<Offer> offers(String model);
}
