package io.nexus.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Dimension;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import java.util.Map;

/**
 * The rights of a team's administrator: to see the team's keys, and the budgets of the team and its
 * keys; and to create and change those of the admin API that are narrower than the team. So the
 * team's own limit stays as others have set it.
 */
public final class TeamScope {

  private static final String TEAM = "team";

  private TeamScope() {}

  /** Whether the key may be seen. */
  public static boolean shows(Actor actor, ClientKey key) {
    return actor.mayManage(key.caller().team());
  }

  /** Whether a budget may be seen. */
  public static boolean shows(Actor actor, BudgetTerms terms, Clients clients) {
    if (!actor.isBound()) {
      return true;
    }
    var key = terms.match().get(Dimension.KEY);
    return actor.team().equals(terms.match().get(Dimension.TEAM))
        || (key != null
            && clients.keys().stream()
                .anyMatch(each -> each.name().equals(key) && shows(actor, each)));
  }

  /** Puts a key into the team, and refuses fields beyond the team's rights. */
  static void confineKey(Actor actor, ObjectNode made) {
    if (!actor.isBound()) {
      return;
    }
    if (!made.path(TEAM).asText(actor.team()).equals(actor.team())) {
      throw actor.refused("the key has to be of your team");
    }
    if (made.path("trust_user").asBoolean() || made.path("priority").asText().equals("high")) {
      throw actor.refused("trust_user and priority reach beyond your team");
    }
    made.put(TEAM, actor.team());
  }

  /** Puts a budget into the team. */
  static void confineBudget(Actor actor, ObjectNode made) {
    if (!actor.isBound()) {
      return;
    }
    var match = made.path("match") instanceof ObjectNode given ? given : made.putObject("match");
    if (!match.path(TEAM).asText(actor.team()).equals(actor.team())) {
      throw actor.refused("the budget has to be of your team");
    }
    match.put(TEAM, actor.team());
    if (match.size() < 2) {
      throw actor.refused("say what in your team it is for: a key, a user, a tag, a model");
    }
  }

  /** Refuses to change a budget that limits the team. */
  static void mayChange(Actor actor, BudgetTerms terms, boolean made) {
    if (actor.isBound() && !(made && isWithin(terms.match()))) {
      throw actor.refused("this budget was laid down for your team");
    }
  }

  private static boolean isWithin(Map<Dimension, String> match) {
    return match.containsKey(Dimension.TEAM) && match.size() > 1;
  }
}
