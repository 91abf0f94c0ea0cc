package io.nexus.server.admin;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.LimitConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.ledger.Setting;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.Limits;
import io.nexus.control.limit.Unit;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.LimitPlane;
import io.nexus.server.settings.LimitValue;
import io.nexus.server.settings.SettingValue;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Lists, creates, changes and deletes limits other than money. */
record LimitAdmin(
    Limits limits, LimitPlane plane, ControlPlane file, Edits edits, InstantSource clock) {

  private static final Map<String, Comparator<ShownLimit>> ORDERS =
      Map.of(
          "name",
          Comparator.comparing(ShownLimit::name),
          "utilization_percent",
          Comparator.comparingLong(ShownLimit::usedBasisPoints).thenComparing(ShownLimit::name));

  /** The fields of any limit. */
  private static final Map<String, Kind> OVERRIDES =
      Map.of(
          "requests",
          Kind.COUNT,
          "tokens",
          Kind.COUNT,
          "parallel",
          Kind.COUNT,
          "disabled",
          Kind.FLAG);

  /** The fields of a limit created by the admin API, besides its name. */
  private static final Map<String, Kind> TERMS =
      Map.ofEntries(
          entry("requests", Kind.COUNT),
          entry("tokens", Kind.COUNT),
          entry("parallel", Kind.COUNT),
          entry("per", Kind.TEXT),
          entry("max_values", Kind.COUNT),
          entry("match", Kind.TABLE),
          entry("window", Kind.TEXT),
          entry("time_zone", Kind.TEXT),
          entry("shared", Kind.FLAG),
          entry("action", Kind.TEXT));

  private static final Map<String, Kind> CREATION = and(TERMS, "name", Kind.TEXT);
  private static final Map<String, Kind> CHANGES = and(TERMS, "disabled", Kind.FLAG);

  private static Map<String, Kind> and(Map<String, Kind> fields, String name, Kind kind) {
    var all = new HashMap<>(fields);
    all.put(name, kind);
    return Map.copyOf(all);
  }

  /** All limits. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var query =
        new ListQuery(request, "unit", "source", "disabled")
            .with("source", ListQuery.SOURCES)
            .with("unit", Arrays.stream(Unit.values()).map(Unit::label).toList());
    var page = Page.of(request, Page.MOST);
    var disabled = query.flag("disabled");
    var found =
        limits.plans().stream()
            .map(plan -> shown(plan, plan.terms().name()))
            .filter(
                shown ->
                    shown.plan().most().keySet().stream()
                        .anyMatch(unit -> query.is("unit", unit.label())))
            .filter(shown -> query.is("source", shown.source()))
            .filter(shown -> disabled.isEmpty() || disabled.get() == shown.disabled())
            .filter(shown -> query.has(texts(shown)))
            .toList();
    var sorted = query.sorted(found, ORDERS);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(
              json,
              sorted,
              ShownLimit::name,
              shown -> {
                json.writeStartObject();
                shown.write(json);
                json.writeEndObject();
              });
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static Stream<String> texts(ShownLimit shown) {
    return Stream.concat(Stream.of(shown.name()), shown.plan().terms().match().values().stream());
  }

  /** One limit, or one value of it. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(name(request)));
  }

  /** Creates a limit. */
  void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, CREATION);
    var made = SettingValue.merged(SettingValue.object(), body.fields());
    var name = checked(made).name();
    edits.keep(
        request,
        actor,
        LimitPlane.LIMIT,
        name,
        found -> {
          if (find(name).isPresent() || found.isPresent()) {
            throw refusal(409, "limit_exists", "There is a limit of that name.");
          }
          var value = LimitValue.made(clock.instant(), made);
          return new Draft(value.text(), "limit.create", Edits.NONE, made.toString());
        });
    response.status(Status.CREATED_201);
    answer(response, named(name));
  }

  /** Changes a limit. */
  void change(ServerRequest request, ServerResponse response, Actor actor) {
    var name = named(name(request)).name();
    boolean made = isWhole(name);
    var body = AdminBody.read(request, made ? CHANGES : OVERRIDES);
    if (body.fields().isEmpty()) {
      throw ApiException.badRequest("requests", "'requests' is missing: say what to change.");
    }
    edits.keep(
        request,
        actor,
        LimitPlane.LIMIT,
        name,
        found -> {
          var value = found.map(LimitValue::of).orElse(LimitValue.nothing(clock.instant()));
          return made ? patched(value, body) : overridden(named(name), value, body);
        });
    answer(response, named(name));
  }

  private Draft patched(LimitValue value, AdminBody body) {
    var before = value.made().orElseThrow(LimitAdmin::notFound);
    var patch = body.fields().deepCopy();
    patch.remove("disabled");
    var made = SettingValue.merged(before, patch);
    var _ = checked(made);
    var next = value.withMade(made);
    next = body.has("disabled") ? next.withDisabled(body.flag("disabled")) : next;
    return new Draft(next.text(), "limit.change", described(value, before), described(next, made));
  }

  private static String described(LimitValue value, ObjectNode made) {
    return value.change().disabled()
        ? made.deepCopy().put("disabled", true).toString()
        : made.toString();
  }

  private Draft overridden(ShownLimit shown, LimitValue value, AdminBody body) {
    var most = new EnumMap<Unit, Long>(Unit.class);
    most.putAll(value.change().most());
    var given = SettingValue.object().put("name", "any");
    for (var unit : Unit.values()) {
      var amount = body.fields().path(unit.label());
      if (amount.isNull()) {
        most.remove(unit);
      } else if (amount.isNumber()) {
        if (!shown.plan().most().containsKey(unit)) {
          throw ApiException.badRequest(
              unit.label(),
              "This limit says nothing of " + unit.label() + ": make another limit for that.");
        }
        given.put(unit.label(), amount.longValue());
        most.put(unit, amount.longValue());
      }
    }
    if (given.size() > 1) {
      var _ = checked(given);
    }
    var next = value.withMost(most);
    next = body.has("disabled") ? next.withDisabled(body.flag("disabled")) : next;
    return new Draft(next.text(), "limit.override", inForce(shown, value), inForce(shown, next));
  }

  private static String inForce(ShownLimit shown, LimitValue value) {
    var most = new TreeMap<>(shown.laidDown());
    most.putAll(value.change().most());
    return Edits.object(
        json -> {
          for (var unit : most.entrySet()) {
            json.writeNumberField(unit.getKey().label(), unit.getValue());
          }
          if (value.change().disabled()) {
            json.writeBooleanField("disabled", true);
          }
        });
  }

  /** Deletes a limit created by the admin API; for another one, removes its overrides. */
  void delete(ServerRequest request, ServerResponse response, Actor actor) {
    var shown = named(name(request));
    var name = shown.name();
    boolean made = isWhole(name);
    edits.keep(
        request,
        actor,
        LimitPlane.LIMIT,
        name,
        found -> {
          var value = found.map(LimitValue::of).orElse(LimitValue.nothing(clock.instant()));
          return made
              ? new Draft(
                  "",
                  "limit.delete",
                  value.made().map(ObjectNode::toString).orElse(Edits.NONE),
                  Edits.NONE)
              : new Draft(
                  "",
                  "limit.restore",
                  inForce(shown, value),
                  inForce(shown, LimitValue.nothing(value.at())));
        });
    if (!made) {
      answer(response, named(name));
      return;
    }
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "limit");
          json.writeStringField("name", name);
          json.writeBooleanField("deleted", true);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static String name(ServerRequest request) {
    return request.path().pathParameters().get("name");
  }

  /** Whether it was created by the admin API as a limit, not as part of a key or a team. */
  private boolean isWhole(String name) {
    return plane.isMade(name) && name.indexOf('/') < 0;
  }

  private ShownLimit named(String name) {
    return find(name).orElseThrow(LimitAdmin::notFound);
  }

  /** The limit, or the value of a limit, with that name. */
  private Optional<ShownLimit> find(String name) {
    int slash = name.indexOf('/');
    return plan(name)
        .or(
            () ->
                slash < 0
                    ? Optional.empty()
                    : plan(name.substring(0, slash))
                        .filter(plan -> plan.terms().each().isPresent())
                        .filter(_ -> !limits.states(name, clock.millis()).isEmpty()))
        .map(plan -> shown(plan, name));
  }

  private Optional<LimitPlan> plan(String name) {
    return limits.plans().stream().filter(plan -> plan.terms().name().equals(name)).findFirst();
  }

  private ShownLimit shown(LimitPlan plan, String name) {
    var setting = edits.settings().find(LimitPlane.LIMIT, name);
    return new ShownLimit(
        name,
        plan,
        plane.isMade(plan.terms().name()),
        setting.map(Setting::version).orElse(Setting.NEW),
        limits.states(name, clock.millis()),
        limits.valueCount(name));
  }

  private LimitConfig checked(ObjectNode made) {
    var checked = SettingConfig.limit(made.toString(), file.file().budget());
    AdminBody.refuse(checked.problems());
    return checked.value();
  }

  private void answer(ServerResponse response, ShownLimit shown) {
    Edits.version(response, shown.version());
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          shown.write(json);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static ApiException notFound() {
    return refusal(404, "limit_not_found", "There is no limit of that name.");
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }
}
