package io.nexus.server.routes;

import com.fasterxml.jackson.core.JsonToken;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nexus.control.ledger.KeptAnswer;
import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendReply;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.LiveBackend;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.KeyMask;
import io.nexus.server.flow.KnownAnswers;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.Clients;
import io.nexus.server.http.Errors;
import io.nexus.server.http.RequestBody;
import io.nexus.server.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Routes for responses and conversations stored by backends, which cost nothing. Requests go to the
 * backend that has them, only for the client that created them.
 */
public record KeptAnswerRoutes(
    Clients clients,
    KnownAnswers answers,
    BackendRegistry registry,
    long maxRequestBytes,
    long maxResponseBytes,
    InstantSource clock) {

  private static final String VERSION = "/v1";
  private static final String ID = "id";
  private static final HeaderName BACKEND = HeaderNames.create("X-Nexus-Backend");
  private static final int MOST_BYTES = 8192;

  /** The routes. */
  public List<Route> all() {
    var response = "/v1/responses/{id}";
    var conversation = "/v1/conversations/{id}";
    return List.of(
        Route.get("/v1/responses", this::upgrade),
        Route.get(response, this::pass),
        new Route("DELETE", response, this::pass),
        Route.post(response + "/cancel", this::pass),
        Route.get(response + "/input_items", this::pass),
        Route.post("/v1/conversations", this::begin),
        Route.get(conversation, this::pass),
        Route.post(conversation, this::pass),
        new Route("DELETE", conversation, this::pass),
        Route.get(conversation + "/items", this::pass),
        Route.post(conversation + "/items", this::pass),
        Route.get(conversation + "/items/{item}", this::pass),
        new Route("DELETE", conversation + "/items/{item}", this::pass));
  }

  /** Refuses WebSocket upgrades; clients then use POST. */
  private void upgrade(ServerRequest request, ServerResponse response) {
    var _ = clients.authenticate(request);
    boolean asked =
        request
            .headers()
            .first(HeaderNames.UPGRADE)
            .filter("websocket"::equalsIgnoreCase)
            .isPresent();
    throw asked
        ? ApiException.invalid(
            426, "websocket_not_served", "Responses are not served by websockets: POST instead.")
        : ApiException.invalid(
            405, "method_not_allowed", "This path takes POST only: GET /v1/responses/{id} is one.");
  }

  /** Creates a conversation at the backend that the client names, else at the first. */
  private void begin(ServerRequest request, ServerResponse response) {
    answered(
        response,
        () -> {
          var client = clients.authenticate(request);
          var body = RequestBody.read(request, maxRequestBytes);
          var live = first(request.headers().first(BACKEND));
          send(request, response, live, body, client.key(), 0);
        });
  }

  private LiveBackend first(Optional<String> named) {
    return registry.backends().stream()
        .filter(live -> live.backend().apis().contains(Api.RESPONSES))
        .filter(live -> named.map(live.backend().name()::equals).orElse(live.load().healthy()))
        .min(Comparator.comparingInt(live -> live.backend().priority()))
        .orElseThrow(
            () ->
                ApiException.unavailable(
                    503, "service_unavailable", "no_backend", "No backend keeps conversations."));
  }

  private void pass(ServerRequest request, ServerResponse response) {
    answered(
        response,
        () -> {
          var client = clients.authenticate(request);
          var id = request.path().pathParameters().get(ID);
          var kept = answers.find(id, client.key()).orElseThrow(() -> KnownAnswers.notFound(id));
          var body = RequestBody.read(request, maxRequestBytes);
          send(request, response, named(kept), body, kept.key(), kept.tokens());
        });
  }

  private LiveBackend named(KeptAnswer kept) {
    return registry.backends().stream()
        .filter(live -> live.backend().name().equals(kept.backend()))
        .findFirst()
        .orElseThrow(() -> KnownAnswers.notFound(kept.id()));
  }

  private static void answered(ServerResponse response, Runnable handler) {
    try {
      handler.run();
    } catch (ApiException e) {
      Errors.send(response, e);
    }
  }

  private void send(
      ServerRequest request,
      ServerResponse response,
      LiveBackend live,
      byte[] body,
      String key,
      long tokens) {
    var method = request.prologue().method().text();
    var sent =
        new BackendRequest(
            Api.RESPONSES, method, path(request), body, BackendRequest.JSON, Map.of());
    try (var reply = live.client().send(sent)) {
      var mask = KeyMask.of(registry.secrets(live.backend()));
      response.status(Status.create(reply.status()));
      response.headers().set(BACKEND, live.backend().name());
      response.headers().set(HeaderNames.CONTENT_TYPE, mask.header(reply.contentType()));
      if (reply.contentType().startsWith("text/event-stream")) {
        stream(reply, mask, response);
        return;
      }
      var answer = reply.body().readNBytes((int) Math.min(maxResponseBytes + 1, 1 << 30));
      if (answer.length > maxResponseBytes) {
        throw new IOException("more than server.max_response_bytes");
      }
      mask.cover(answer, 0, answer.length);
      if (reply.status() < 300) {
        note(request, live, method, body, answer, key, tokens);
      }
      response.send(answer);
    } catch (BackendException e) {
      throw ApiException.unavailable(
          502,
          "upstream_error",
          null,
          "The backend '%s' %s.".formatted(live.backend().name(), e.getMessage()));
    } catch (IOException e) {
      throw ApiException.unavailable(
          502,
          "upstream_error",
          null,
          "The backend '%s' broke off.".formatted(live.backend().name()));
    }
  }

  /** The client's path below the version, and its query without a key. */
  private static String path(ServerRequest request) {
    var path = request.path().rawPath();
    var below = path.startsWith(VERSION + "/") ? path.substring(VERSION.length()) : path;
    var query =
        Arrays.stream(request.query().rawValue().split("&", -1))
            .filter(part -> !part.isEmpty() && !part.startsWith("key="))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? below : below + '?' + query;
  }

  /** Remembers a new conversation and what was added to one, and forgets what was deleted. */
  private void note(
      ServerRequest request,
      LiveBackend live,
      String method,
      byte[] body,
      byte[] answer,
      String key,
      long tokens) {
    var named = request.path().pathParameters();
    if (method.equals("DELETE") && !named.contains("item")) {
      answers.forget(named.get(ID));
    } else if (method.equals("POST") && request.path().rawPath().contains("/conversations")) {
      var id = named.contains(ID) ? named.get(ID) : idIn(answer);
      if (!id.isEmpty()) {
        // At most a token for each byte sent.
        answers.note(
            List.of(
                new KeptAnswer(
                    id, key, live.backend().name(), tokens + body.length, clock.millis())));
      }
    }
  }

  private static String idIn(byte[] answer) {
    try (var json = Json.lenient(answer, 0, answer.length)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = json.currentName().equals(ID);
        if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
          return json.getText();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      // An answer without an id cannot be referred to.
    }
    return "";
  }

  /** Passes a stream on unchanged; it was charged when it was generated. */
  private static void stream(BackendReply reply, KeyMask mask, ServerResponse response)
      throws IOException {
    var part = new byte[MOST_BYTES];
    try (var out = response.outputStream()) {
      for (int count = reply.body().read(part); count >= 0; count = reply.body().read(part)) {
        mask.cover(part, 0, count);
        out.write(part, 0, count);
        out.flush();
      }
    } catch (UncheckedIOException e) {
      reply.close(); // The client left.
    }
  }
}
