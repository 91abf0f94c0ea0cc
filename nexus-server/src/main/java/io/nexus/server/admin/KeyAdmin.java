package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.budget.Caller;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.ClientKey;
import io.nexus.server.http.Clients;
import io.nexus.server.http.JsonText;
import io.nexus.server.http.KeyDigest;
import io.nexus.server.routes.Answers;
import io.nexus.server.routes.KeyRoute;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lists, creates and revokes clients' keys. A change and its record are one step. */
final class KeyAdmin {

  private static final Set<String> FIELDS = Set.of("name", "team", "user", "tags");
  private static final String NONE = "null";

  /** OpenAI's clients know a key by how it begins. */
  private static final String PREFIX = "sk-nexus-";

  private static final int KEY_BYTES = 32;

  private final Clients clients;
  private final AuditLog audit;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  KeyAdmin(Clients clients, AuditLog audit, InstantSource clock) {
    this.clients = clients;
    this.audit = audit;
    this.clock = clock;
  }

  /** All keys, without what is secret. */
  void list(ServerRequest request, ServerResponse response, Actor actor) {
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (var key : clients.keys()) {
            json.writeStartObject();
            write(json, key);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** Makes a key and shows it, this once. */
  synchronized void create(ServerRequest request, ServerResponse response, Actor actor) {
    var body = AdminBody.read(request, FIELDS);
    var caller =
        new Caller(body.name("name"), body.text("team"), body.text("user"), body.tags("tags"));
    var secret = secret();
    var key = new ClientKey(KeyDigest.of(secret), caller, ClientKey.Source.ADMIN, clock.instant());
    if (!clients.add(key)) {
      throw refusal(409, "key_exists", "There is a key of that name.");
    }
    audit.record(new Change(clock.instant(), actor, "key.create", key.name(), NONE, recorded(key)));
    response.status(Status.CREATED_201);
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          write(json, key);
          json.writeStringField("key", secret);
          json.writeEndObject();
        });
  }

  /** Revokes a key. */
  synchronized void revoke(ServerRequest request, ServerResponse response, Actor actor) {
    var key =
        clients
            .remove(request.path().pathParameters().get("name"))
            .orElseThrow(() -> refusal(404, "key_not_found", "There is no key of that name."));
    audit.record(new Change(clock.instant(), actor, "key.revoke", key.name(), recorded(key), NONE));
    Answers.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "key");
          json.writeStringField("name", key.name());
          json.writeBooleanField("deleted", true);
          json.writeEndObject();
        });
  }

  private String secret() {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static ApiException refusal(int status, String code, String message) {
    return new ApiException(
        status, new ApiError(message, "invalid_request_error", "name", code), Map.of());
  }

  private static String recorded(ClientKey key) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          write(json, key);
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, ClientKey key) throws IOException {
    boolean created = key.source() == ClientKey.Source.ADMIN;
    json.writeStringField("object", "key");
    KeyRoute.caller(json, key.caller());
    json.writeStringField("fingerprint", key.digest().fingerprint());
    json.writeStringField("source", key.source().name().toLowerCase(Locale.ROOT));
    json.writeStringField("created_at", created ? key.since().toString() : null);
  }
}
