package io.nexus.server.admin;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.BudgetConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.budget.Budget;
import io.nexus.control.budget.BudgetStatus;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.LimitIncrease;
import io.nexus.control.ledger.Setting;
import io.nexus.control.money.Money;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.SettingValue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists, creates and changes budgets. */
record BudgetAdmin(
    Budgets budgets, ControlPlane plane, Clients clients, Edits edits, InstantSource clock) {

  private static final String ABOUT = "limit";

  /** Within this time all gateways that run have heard of a raised limit. */
  private static final Duration RAISING = Duration.ofSeconds(2);

  private static final Duration LOOKING = Duration.ofMillis(20);

  /** What can be said of any budget beside what it is. */
  private static final Map<String, Kind> BESIDE =
      Map.of("disabled", Kind.FLAG, "increases", Kind.INCREASES);

  private static final Map<String, Kind> OVERRIDES =
      and(BESIDE, Map.of(ABOUT, Kind.AMOUNT, "mode", Kind.TEXT));

  /** The fields of a budget created by the admin API, besides its name. */
  private static final Map<String, Kind> TERMS =
      Map.ofEntries(
          entry("per", Kind.TEXT),
          entry("max_values", Kind.COUNT),
          entry("match", Kind.TABLE),
          entry(ABOUT, Kind.AMOUNT),
          entry("window", Kind.TEXT),
          entry("soft_limit_percent", Kind.COUNT),
          entry("hard_limit_action", Kind.TEXT),
          entry("mode", Kind.TEXT),
          entry("holds", Kind.TEXT),
          entry("time_zone", Kind.TEXT),
          entry("billing_cycle_start_day", Kind.COUNT));

  private static final Map<String, Kind> CREATION = and(TERMS, Map.of("name", Kind.TEXT));
  private static final Map<String, Kind> CHANGES = and(TERMS, BESIDE);
  private static final Map<String, Kind> INCREASE =
      Map.of("amount", Kind.AMOUNT, "expires_at", Kind.TEXT);

  private static Map<String, Kind> and(Map<String, Kind> fields, Map<String, Kind> more) {
    var all = new HashMap<>(fields);
    all.putAll(more);
    return Map.copyOf(all);
  }

  private BudgetOverrides overrides() {
    return new BudgetOverrides(clock.instant());
  }

  /** All budgets. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var page = Page.of(request, Page.MOST);
    long now = clock.millis();
    var query =
        new ListQuery(request, "source", "status")
            .with("source", ListQuery.SOURCES)
            .with("status", BudgetStatus.LABELS);
    var found =
        budgets.all(now).stream()
            .filter(budget -> TeamScope.shows(actor, budget.terms(), clients))
            .filter(budget -> query.has(texts(budget)))
            .filter(budget -> query.is("source", source(budget)))
            .filter(budget -> query.is("status", budget.state(now).status().label()))
            .toList();
    var shown = query.sorted(found, orders(now));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(
              json,
              shown,
              budget -> budget.terms().name(),
              budget -> {
                json.writeStartObject();
                shown(budget).write(json, budget.state(now), overrides());
                json.writeEndObject();
              });
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static Stream<String> texts(Budget budget) {
    return Stream.concat(
        Stream.of(budget.terms().name()), budget.terms().match().values().stream());
  }

  private String source(Budget budget) {
    return plane.isMade(budget.terms().name()) ? "admin" : "configuration";
  }

  private static Map<String, Comparator<Budget>> orders(long now) {
    var byName = Comparator.comparing((Budget budget) -> budget.terms().name());
    return Map.of(
        "name",
        byName,
        "spent",
        Comparator.comparing((Budget budget) -> budget.state(now).spent()).thenComparing(byName),
        "utilization_percent",
        Comparator.comparingLong((Budget budget) -> budget.state(now).spentBasisPoints())
            .thenComparing(byName));
  }

  /** One budget. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(request, actor));
  }

  /** Creates a budget. */
  void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, CREATION);
    var made = SettingValue.merged(SettingValue.object(), body.fields());
    TeamScope.confineBudget(actor, made);
    var name = checked(made).name();
    edits.keep(
        request,
        actor,
        ControlPlane.BUDGET,
        name,
        found -> {
          if (budgets.named(name, clock.millis()).isPresent() || found.isPresent()) {
            throw refusal(409, "budget_exists", "There is a budget of that name.");
          }
          var value = SettingValue.made(clock.instant(), made);
          return new Draft(value.text(), "budget.create", Edits.NONE, made.toString());
        });
    response.status(Status.CREATED_201);
    answer(response, named(name));
  }

  /** Changes a budget's limit, for this and all further cycles, and other fields. */
  void change(ServerRequest request, ServerResponse response, Actor actor) {
    var name = changeable(request, actor).terms().name();
    boolean made = isWhole(name);
    var body = AdminBody.read(request, made ? CHANGES : OVERRIDES);
    if (body.fields().isEmpty()) {
      throw ApiException.badRequest(ABOUT, "'limit' is missing: say what to change.");
    }
    edits.keep(
        request,
        actor,
        ControlPlane.BUDGET,
        name,
        found -> {
          var value = found.map(SettingValue::of).orElse(SettingValue.nothing(clock.instant()));
          return made
              ? patched(value, body, actor)
              : overrides().overridden(named(name).terms(), value, body);
        });
    answerInForce(response, named(name));
  }

  private Draft patched(SettingValue value, AdminBody body, Actor actor) {
    var before = value.made().orElseThrow(BudgetAdmin::notFound);
    var patch = body.fields().deepCopy();
    patch.remove(BESIDE.keySet());
    var made = SettingValue.merged(before, patch);
    TeamScope.confineBudget(actor, made);
    var _ = checked(made);
    return overrides().changed(value, before, made, body);
  }

  /** Raises a limit for a time. */
  void increase(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = changeable(request, actor);
    var body = AdminBody.read(request, INCREASE);
    var now = clock.instant();
    var amount = body.money("amount");
    var until = body.future("expires_at", now);
    if (amount.isZero()) {
      throw ApiException.badRequest("amount", "'amount' has to be above 0.");
    }
    var name = budget.terms().name();
    edits.keep(
        request,
        actor,
        ControlPlane.BUDGET,
        name,
        found -> {
          var value = found.map(SettingValue::of).orElse(SettingValue.nothing(now));
          var next = value.raised(new LimitIncrease(amount, until), now);
          if (next.increases().size() > BudgetOverrides.MAX_INCREASES) {
            throw new ApiException(
                409,
                new ApiError(
                    "There are "
                        + BudgetOverrides.MAX_INCREASES
                        + " increases of this limit, the most that it may have: take some off.",
                    "invalid_request_error",
                    "amount",
                    "too_many_increases"),
                Map.of());
          }
          return draft(budget, "budget.increase", value, next);
        });
    answerInForce(response, named(name));
  }

  private Draft draft(Budget budget, String action, SettingValue before, SettingValue after) {
    var overrides = overrides();
    return new Draft(
        after.text(),
        action,
        overrides.inForce(budget.terms(), before),
        overrides.inForce(budget.terms(), after));
  }

  /** Sets the spend of the cycle back to zero. */
  void reset(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = changeable(request, actor);
    var spent = budget.state(clock.millis()).spent();
    // The journal stores it, even if the ledger does not answer now.
    var _ = budget.resetSpent(clock.millis());
    edits.record(
        actor,
        budget.terms().name(),
        new Draft("", "budget.reset", spent(spent), spent(Money.ZERO)));
    answer(response, budget);
  }

  private static String spent(Money amount) {
    return Edits.object(json -> json.writeNumberField("spent", amount.toUsd()));
  }

  /** Deletes a budget created by the admin API; for another one, removes its overrides. */
  void delete(ServerRequest request, ServerResponse response, Actor actor) {
    var budget = changeable(request, actor);
    var name = budget.terms().name();
    boolean made = isWhole(name);
    edits.keep(
        request,
        actor,
        ControlPlane.BUDGET,
        name,
        found -> {
          var value = found.map(SettingValue::of).orElse(SettingValue.nothing(clock.instant()));
          var after = SettingValue.nothing(clock.instant());
          return made
              ? new Draft(
                  "",
                  "budget.delete",
                  value.made().map(ObjectNode::toString).orElse(Edits.NONE),
                  Edits.NONE)
              : draft(budget, "budget.restore", value, after);
        });
    if (!made) {
      answerInForce(response, named(name));
      return;
    }
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "budget");
          json.writeStringField("name", name);
          json.writeBooleanField("deleted", true);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  /** The named budget, if the actor may see it. */
  private Budget named(ServerRequest request, Actor actor) {
    var budget = named(name(request));
    if (!TeamScope.shows(actor, budget.terms(), clients)) {
      throw notFound();
    }
    return budget;
  }

  /** The named budget, if the actor may change it. */
  private Budget changeable(ServerRequest request, Actor actor) {
    var budget = named(request, actor);
    TeamScope.mayChange(actor, budget.terms(), isWhole(budget.terms().name()));
    return budget;
  }

  private static String name(ServerRequest request) {
    return request.path().pathParameters().get("name");
  }

  /** Whether it was created by the admin API as a budget, not as part of a key. */
  private boolean isWhole(String name) {
    return plane.isMade(name) && name.indexOf('/') < 0;
  }

  private Budget named(String name) {
    return budgets.named(name, clock.millis()).orElseThrow(BudgetAdmin::notFound);
  }

  private BudgetConfig checked(ObjectNode made) {
    var checked = SettingConfig.budget(made.toString(), plane.file().budget());
    AdminBody.refuse(checked.problems());
    return checked.value();
  }

  /** Answers when a raised limit is in force, which is when the other gateways have it too. */
  private void answerInForce(ServerResponse response, Budget budget) {
    long until = System.nanoTime() + RAISING.toNanos();
    try {
      while (budget.state(clock.millis()).limit().compareTo(budget.limit()) < 0
          && System.nanoTime() - until < 0) {
        Thread.sleep(LOOKING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(response, budget);
  }

  private void answer(ServerResponse response, Budget budget) {
    var shown = shown(budget);
    Edits.version(response, shown.version());
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          shown.write(json, budget.state(clock.millis()), overrides());
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private ShownBudget shown(Budget budget) {
    var name = budget.terms().name();
    var setting = edits.settings().find(ControlPlane.BUDGET, name);
    return new ShownBudget(
        plane.isMade(name),
        setting.map(Setting::version).orElse(Setting.NEW),
        setting.flatMap(BudgetAdmin::readable),
        budget.isDisabled(),
        budgets.each(budget),
        budgets.valueCount(budget));
  }

  private static Optional<SettingValue> readable(Setting setting) {
    try {
      return Optional.of(SettingValue.of(setting));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ApiException notFound() {
    return refusal(404, "budget_not_found", "There is no budget of that name.");
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }
}
