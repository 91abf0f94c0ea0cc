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
 * What a client is told of the models here: those that healthy backends serve, by their own names
 * and by aliases, without what its key may not ask for and what a policy keeps from all of them.
 *
 * @param rules the aliases and policies in force
 */
public record ListedModels(BackendRegistry registry, Supplier<RoutingRules> rules) {

  /** All names, in order, each with who serves it. */
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

  /** Who serves one; nobody if the client is not to be told of it. */
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
