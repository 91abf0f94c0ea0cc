package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.budget.Budgets;
import io.nexus.server.admin.Actor;
import io.nexus.server.admin.TeamScope;
import io.nexus.server.events.EventKind;
import io.nexus.server.events.EventView;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.settings.ControlPlane;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Filters events for a team's administrator: changes of the team, its keys and budgets, the states
 * and alerts of these budgets, and the requests of its keys. Nothing about backends or other teams.
 * For one listener, not for concurrent use.
 */
final class TeamEvents implements EventView {

  private final Actor actor;
  private final Clients clients;
  private final Budgets budgets;
  private final InstantSource clock;

  /** The names of keys, since events about removed keys contain only the name. */
  private final Set<String> keys = new HashSet<>();

  private final Set<String> ownBudgets = new HashSet<>();

  TeamEvents(Actor actor, Clients clients, Budgets budgets, InstantSource clock) {
    this.actor = actor;
    this.clients = clients;
    this.budgets = budgets;
    this.clock = clock;
    learn();
  }

  private void learn() {
    clients.keys().stream()
        .filter(key -> TeamScope.shows(actor, key))
        .map(ClientKey::name)
        .forEach(keys::add);
    budgets.budgets().stream()
        .map(budget -> budget.terms())
        .filter(terms -> TeamScope.shows(actor, terms, clients))
        .forEach(terms -> ownBudgets.add(terms.name()));
  }

  @Override
  public boolean narrow(EventKind kind, ObjectNode data) {
    return switch (kind) {
      case CHANGE -> changes(data);
      case SPEND -> {
        data.remove("requests");
        data.remove("backends");
        boolean any = keep(data.path("budgets"), budget -> isOwn(budget.path("name").asText()));
        yield any || data.hasNonNull("ledger_away_since");
      }
      case BACKEND -> false;
      case ALERT -> isOwn(data.path("budget").asText());
      case REQUESTS -> {
        data.remove("left_out");
        yield keep(data.path("data"), each -> each.path("team").asText().equals(actor.team()));
      }
    };
  }

  private boolean changes(ObjectNode data) {
    learn();
    data.remove("left_out");
    boolean any =
        keep(
            data.path("settings"),
            setting -> {
              var name = setting.path("name").asText();
              return switch (setting.path("kind").asText()) {
                case ControlPlane.KEY -> keys.contains(name);
                case ControlPlane.TEAM -> name.equals(actor.team());
                case ControlPlane.BUDGET -> isOwn(name);
                default -> false;
              };
            });
    return any || data.path("configuration").asBoolean();
  }

  private boolean isOwn(String budget) {
    return ownBudgets.contains(budget)
        || (!budget.isEmpty()
            && budgets
                .named(budget, clock.millis())
                .filter(found -> TeamScope.shows(actor, found.terms(), clients))
                .isPresent());
  }

  /** Removes entries that may not be seen, and returns whether any is left. */
  private static boolean keep(JsonNode list, Predicate<JsonNode> seen) {
    if (list instanceof ArrayNode all) {
      for (int i = all.size() - 1; i >= 0; i--) {
        if (!seen.test(all.get(i))) {
          all.remove(i);
        }
      }
    }
    return !list.isEmpty();
  }
}
