package io.nexus.server;

import io.nexus.server.admin.AdminApi;
import io.nexus.server.admin.AdminKey;
import io.nexus.server.admin.OperationsApi;
import io.nexus.server.console.Console;
import io.nexus.server.events.EventsRoute;
import io.nexus.server.http.Route;
import java.util.ArrayList;
import java.util.List;

/** All that only administrators may ask for. */
record AdminRoutes(GatewayRoutes parts, AdminKey key) {

  List<Route> all() {
    var api =
        new AdminApi(
            parts.funds().settings(),
            parts.plane(),
            parts.budgets(),
            parts.clients(),
            parts.books(),
            parts.reload(),
            parts.clock());
    var sources = sources();
    var events = new EventsRoute(parts.feed(), sources);
    var all = new ArrayList<>(api.routes(key));
    all.addAll(
        new OperationsApi(
                parts.funds().settings(),
                parts.registry(),
                parts.health(),
                parts.accounts(),
                parts.limits(),
                parts.limitPlane(),
                parts.priceLines(),
                parts.plane(),
                parts.books(),
                parts.clock())
            .routes(key));
    all.addAll(new Console(sources, key).routes());
    all.add(
        Route.get(
            "/admin/v1/events",
            key.guard(
                (request, response, _) ->
                    events.handle(request, response, () -> key.stillMayLook(request)))));
    return List.copyOf(all);
  }

  private Console.Sources sources() {
    return new Console.Sources(
        parts.budgets(),
        parts.totals(),
        parts.accounts(),
        parts.registry(),
        parts.books(),
        parts.recent(),
        () -> parts.plane().file().toml(),
        parts.config().budget().timeZone(),
        parts.started(),
        parts.clock());
  }
}
