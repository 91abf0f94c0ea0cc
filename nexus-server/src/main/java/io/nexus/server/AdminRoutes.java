package io.nexus.server;

import io.nexus.server.admin.Actor;
import io.nexus.server.admin.AdminApi;
import io.nexus.server.admin.AdminKey;
import io.nexus.server.admin.OperationsApi;
import io.nexus.server.console.Console;
import io.nexus.server.events.EventKind;
import io.nexus.server.events.EventView;
import io.nexus.server.events.EventsRoute;
import io.nexus.server.http.Route;
import java.util.ArrayList;
import java.util.List;

/** The routes for administrators only. */
record AdminRoutes(GatewayRoutes parts, AdminKey key) {

  /** The number of alerts in the overview. */
  private static final int LAST_ALERTS = 8;

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
        key.teamRoute(
            "GET",
            "/admin/v1/events",
            (request, response, actor) ->
                events.handle(request, response, () -> key.isStill(request, actor), view(actor))));
    return List.copyOf(all);
  }

  private EventView view(Actor actor) {
    return actor.isBound()
        ? new TeamEvents(actor, parts.clients(), parts.budgets(), parts.clock())
        : EventView.ALL;
  }

  private Console.Sources sources() {
    return new Console.Sources(
        parts.budgets(),
        parts.clients(),
        parts.totals(),
        parts.accounts(),
        parts.registry(),
        parts.books(),
        parts.recent(),
        () -> parts.funds().figures().awaySince(),
        () -> parts.feed().latest(EventKind.ALERT, LAST_ALERTS),
        () -> parts.plane().file().toml(),
        parts.config().budget().timeZone(),
        parts.started(),
        parts.clock());
  }
}
