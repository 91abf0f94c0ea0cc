package io.nexus.server.admin;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.config.KeyConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.ledger.Setting;
import io.nexus.server.admin.AdminBody.Kind;
import io.nexus.server.admin.Edits.Draft;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.KeyDigest;
import io.nexus.server.routes.Answers;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.SettingValue;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists, creates, changes, rotates and revokes clients' keys. */
final class KeyAdmin {

  /** The fields of a key, besides its name. */
  private static final Map<String, Kind> RULES =
      Map.ofEntries(
          entry("team", Kind.TEXT),
          entry("user", Kind.TEXT),
          entry("tags", Kind.TEXTS),
          entry("models", Kind.TEXTS),
          entry("apis", Kind.TEXTS),
          entry("expires_at", Kind.TEXT),
          entry("disabled", Kind.FLAG),
          entry("trust_user", Kind.FLAG),
          entry("may_tag", Kind.FLAG),
          entry("priority", Kind.TEXT),
          entry("over_budget_status", Kind.STATUS),
          entry("limit", Kind.AMOUNT),
          entry("window", Kind.TEXT),
          entry("limits", Kind.LIMITS),
          entry("notes", Kind.TEXT));

  private static final Map<String, Comparator<ClientKey>> ORDERS =
      Map.of(
          "name",
          Comparator.comparing(ClientKey::name),
          "team",
          Comparator.comparing((ClientKey key) -> key.caller().team())
              .thenComparing(ClientKey::name),
          "last_used_at",
          Comparator.comparingLong((ClientKey key) -> key.lastUsedMillis().get())
              .thenComparing(ClientKey::name),
          "expires_at",
          Comparator.comparing((ClientKey key) -> key.rules().expiresAt().orElse(Instant.MAX))
              .thenComparing(ClientKey::name));

  private static final Map<String, Kind> FIELDS = withName();

  private static final Map<String, Kind> ROTATION = Map.of("grace_seconds", Kind.COUNT);

  /** OpenAI's clients recognise keys by this prefix. */
  private static final String PREFIX = "sk-nexus-";

  private static final int KEY_BYTES = 32;
  private static final long USUAL_GRACE_SECONDS = 86_400;
  private static final long MOST_GRACE_SECONDS = 31_536_000;

  private final Clients clients;
  private final ControlPlane plane;
  private final Edits edits;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  KeyAdmin(Clients clients, ControlPlane plane, Edits edits, InstantSource clock) {
    this.clients = clients;
    this.plane = plane;
    this.edits = edits;
    this.clock = clock;
  }

  private static Map<String, Kind> withName() {
    var all = new HashMap<>(RULES);
    all.put("name", Kind.TEXT);
    return Map.copyOf(all);
  }

  /** All keys, without secrets. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    var page = Page.of(request, Page.MOST);
    var query =
        new ListQuery(request, "team", "user", "source", "disabled")
            .with("source", ListQuery.SOURCES);
    var disabled = query.flag("disabled");
    var found =
        clients.keys().stream()
            .filter(key -> TeamScope.shows(actor, key))
            .filter(key -> query.is("team", key.caller().team()))
            .filter(key -> query.is("user", key.caller().user()))
            .filter(key -> query.is("source", KeyJson.source(key)))
            .filter(key -> disabled.isEmpty() || disabled.get() == key.rules().disabled())
            .filter(key -> query.has(texts(key)))
            .toList();
    var shown = query.sorted(found, ORDERS);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          page.write(
              json,
              shown,
              ClientKey::name,
              key -> {
                json.writeStartObject();
                KeyJson.fields(json, key);
                json.writeEndObject();
              });
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static Stream<String> texts(ClientKey key) {
    var caller = key.caller();
    return Stream.concat(
        Stream.of(caller.key(), caller.team(), caller.user()), caller.tags().stream());
  }

  /** One key. */
  void show(ServerRequest request, ServerResponse response, Actor actor) {
    answer(response, named(name(request), actor));
  }

  /** Creates a key and shows its secret once. */
  void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, FIELDS);
    var secret = secret();
    var made = SettingValue.merged(SettingValue.object(), body.fields());
    TeamScope.confineKey(actor, made);
    made.put("sha256", KeyDigest.of(secret).hex());
    var name = checked(made).name();
    long version =
        edits.keep(
            request,
            actor,
            ControlPlane.KEY,
            name,
            found -> {
              if (plane.hasFileKey(name) || found.isPresent()) {
                throw refusal(409, "key_exists", "There is a key of that name.");
              }
              var value = SettingValue.made(clock.instant(), made);
              return new Draft(value.text(), "key.create", Edits.NONE, recorded(value, name));
            });
    response.status(Status.CREATED_201);
    answer(response, named(name), secret, version);
  }

  /** Changes a key; of a key in the file, only whether it is disabled. */
  void change(ServerRequest request, ServerResponse response, Actor actor) {
    var name = named(name(request), actor).name();
    var body = AdminBody.read(request, RULES);
    edits.keep(
        request,
        actor,
        ControlPlane.KEY,
        name,
        found -> {
          var before = recorded(named(name));
          var value =
              plane.hasFileKey(name) ? overridden(found, body) : patched(found, body, actor);
          return new Draft(value.text(), "key.change", before, recorded(value, name));
        });
    answer(response, named(name));
  }

  private SettingValue overridden(Optional<Setting> found, AdminBody body) {
    body.fields()
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!field.equals("disabled")) {
                throw inFile("Only 'disabled' can be said of it here, since nexus.toml has it.");
              }
            });
    var value = found.map(SettingValue::of).orElse(SettingValue.nothing(clock.instant()));
    return value.withDisabled(body.flag("disabled"));
  }

  private static SettingValue patched(Optional<Setting> found, AdminBody body, Actor actor) {
    var value = found.map(SettingValue::of).orElseThrow(KeyAdmin::notFound);
    var made = SettingValue.merged(value.made().orElseThrow(KeyAdmin::notFound), body.fields());
    TeamScope.confineKey(actor, made);
    var _ = checked(made);
    return value.withMade(made);
  }

  /** Creates a new secret for a key; the former one stays valid for a time. */
  void rotate(ServerRequest request, ServerResponse response, Actor actor) {
    var name = named(name(request), actor).name();
    var body = AdminBody.read(request, ROTATION);
    var until =
        clock
            .instant()
            .plusSeconds(body.count("grace_seconds", USUAL_GRACE_SECONDS, MOST_GRACE_SECONDS));
    if (plane.hasFileKey(name)) {
      throw inFile("It is in nexus.toml: change it there, with former_sha256 and former_until.");
    }
    var secret = secret();
    long version =
        edits.keep(
            request,
            actor,
            ControlPlane.KEY,
            name,
            found -> {
              var value = found.map(SettingValue::of).orElseThrow(KeyAdmin::notFound);
              var made = value.made().orElseThrow(KeyAdmin::notFound).deepCopy();
              made.put("former_sha256", made.path("sha256").asText());
              made.put("former_until", until.toString());
              made.put("sha256", KeyDigest.of(secret).hex());
              var _ = checked(made);
              var next = value.withMade(made);
              return new Draft(
                  next.text(), "key.rotate", recorded(named(name)), recorded(next, name));
            });
    answer(response, named(name), secret, version);
  }

  /** Revokes a key; a key in the file is disabled instead. */
  void revoke(ServerRequest request, ServerResponse response, Actor actor) {
    var name = named(name(request), actor).name();
    boolean inFile = plane.hasFileKey(name);
    edits.keep(
        request,
        actor,
        ControlPlane.KEY,
        name,
        found -> {
          var before = recorded(named(name));
          if (!inFile) {
            return new Draft("", "key.revoke", before, Edits.NONE);
          }
          var value = found.map(SettingValue::of).orElse(SettingValue.nothing(clock.instant()));
          var next = value.withDisabled(true);
          return new Draft(next.text(), "key.revoke", before, recorded(next, name));
        });
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "key");
          json.writeStringField("name", name);
          json.writeBooleanField("deleted", !inFile);
          json.writeBooleanField("disabled", inFile);
          json.writeStringField("lasts", edits.lasts());
          json.writeEndObject();
        });
  }

  private static String name(ServerRequest request) {
    return request.path().pathParameters().get("name");
  }

  private ClientKey named(String name, Actor actor) {
    var key = named(name);
    if (!TeamScope.shows(actor, key)) {
      throw notFound();
    }
    return key;
  }

  private ClientKey named(String name) {
    return clients.keys().stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .orElseThrow(KeyAdmin::notFound);
  }

  private static KeyConfig checked(ObjectNode made) {
    var checked = SettingConfig.key(made.toString());
    AdminBody.refuse(checked.problems());
    return checked.value();
  }

  private String recorded(SettingValue value, String name) {
    var at = value.at();
    return value
        .made()
        .map(made -> recorded(ClientKey.of(checked(made), ClientKey.Source.ADMIN, at, 0)))
        .orElseGet(
            () ->
                Edits.object(
                    json -> {
                      json.writeStringField("name", name);
                      json.writeBooleanField("disabled", value.disabled());
                    }));
  }

  private static String recorded(ClientKey key) {
    return Edits.object(json -> KeyJson.definition(json, key));
  }

  private void answer(ServerResponse response, ClientKey key) {
    answer(response, key, "", key.version());
  }

  private void answer(ServerResponse response, ClientKey key, String secret, long version) {
    Edits.version(response, version);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          KeyJson.fields(json, key);
          json.writeStringField("lasts", edits.lasts());
          if (!secret.isEmpty()) {
            json.writeStringField("key", secret);
          }
          json.writeEndObject();
        });
  }

  private String secret() {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static ApiException notFound() {
    return refusal(404, "key_not_found", "There is no key of that name.");
  }

  private static ApiException inFile(String message) {
    return refusal(409, "defined_in_file", message);
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }
}
