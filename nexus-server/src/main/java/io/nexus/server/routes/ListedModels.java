package io.nexus.server.routes;

import io.nexus.control.routing.Backend;
import io.nexus.control.routing.Offer;
import io.nexus.control.routing.RoutingRules;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.http.ClientKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The models listed for a client: those of healthy backends, by name and alias, except those that
 * its key may not use or that a policy allows at no backend.
 *
 * @param rules the aliases and policies in force
 */
public record ListedModels(BackendRegistry registry, Supplier<RoutingRules> rules) {

  /** All names in order, each with its offers. */
  Map<String, List<Offer>> all(ClientKey client, Predicate<Backend> speaks) {
    var rules = this.rules.get();
    var names = new TreeSet<>(registry.models());
    names.addAll(rules.aliases().keySet());
    var all = new LinkedHashMap<String, List<Offer>>();
    for (var name : names) {
      var offers = offers(name, client, speaks, rules);
      if (!offers.isEmpty()) {
        all.put(name, offers);
      }
    }
    return all;
  }

  /** The offers of one model; empty if the client may not see it. */
  List<Offer> one(String name, ClientKey client, Predicate<Backend> speaks) {
    return offers(name, client, speaks, rules.get());
  }

  private List<Offer> offers(
      String name, ClientKey client, Predicate<Backend> speaks, RoutingRules rules) {
    if (!client.mayAskFor(name)) {
      return List.of();
    }
    var model = rules.resolved(name);
    var policy = rules.policy(name, model);
    return registry.offers(model).stream()
        .filter(offer -> offer.load().healthy())
        .filter(offer -> policy.allows(offer.backend()) && speaks.test(offer.backend()))
        .toList();
  }
}
