package io.nexus.server.flow;

import io.nexus.control.routing.Api;
import io.nexus.control.routing.Candidate;
import io.nexus.metrics.GatewayMeters;
import io.nexus.server.account.Accounts;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.dialect.KeyMask;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** A cache of all destinations used so far. Safe for any number of threads. */
public final class Destinations {

  private final BackendRegistry registry;
  private final GatewayMeters meters;
  private final Accounts accounts;
  private final InstantSource clock;
  private final Map<Api, Map<String, Map<String, Destination>>> byApi = new EnumMap<>(Api.class);

  /** Starts empty; each entry is bound to these meters and accounts when first used. */
  public Destinations(
      BackendRegistry registry, GatewayMeters meters, Accounts accounts, InstantSource clock) {
    this.registry = registry;
    this.meters = meters;
    this.accounts = accounts;
    this.clock = clock;
    for (var api : Api.values()) {
      byApi.put(api, new ConcurrentHashMap<>());
    }
  }

  @SuppressWarnings("NullAway") // there is one map for each API
  Destination of(Candidate candidate, Api api) {
    var byBackend = byApi.get(api);
    var backend = candidate.backend().name();
    var models = byBackend.get(backend);
    if (models == null) {
      models = byBackend.computeIfAbsent(backend, _ -> new ConcurrentHashMap<>());
    }
    var destination = models.get(candidate.model());
    if (destination == null) {
      destination = models.computeIfAbsent(candidate.model(), _ -> make(candidate, api));
    }
    return isOf(destination, candidate)
        ? destination
        : another(models, destination, candidate, api);
  }

  /**
   * Handles a backend that was replaced by one of the same name, before or after this request's
   * decision.
   */
  private Destination another(
      Map<String, Destination> models, Destination known, Candidate candidate, Api api) {
    var destination = make(candidate, api);
    if (registry.backends().contains(destination.live())) {
      models.replace(candidate.model(), known, destination);
    }
    return destination;
  }

  @SuppressWarnings("ReferenceEquality") // two with one name may differ only in their address
  private static boolean isOf(Destination destination, Candidate candidate) {
    return destination.live().backend() == candidate.backend();
  }

  private Destination make(Candidate candidate, Api api) {
    var backend = candidate.backend();
    var model = candidate.model();
    var live = registry.of(backend);
    return new Destination(
        live,
        new AtomicReference<>(live.fields()),
        new Rest(clock),
        KeyMask.of(registry.secrets(backend)),
        name -> registry.knownPricing(backend, name),
        RouteHeaders.of(candidate),
        meters.backend(backend.name()),
        meters.model(backend.provider(), model),
        meters.requests(backend.name(), model, api.label()),
        accounts.backend(backend.name()),
        accounts.model(model));
  }
}
