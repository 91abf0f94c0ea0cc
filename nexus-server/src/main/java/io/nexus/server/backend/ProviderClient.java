package io.nexus.server.backend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.routing.Api;
import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import io.nexus.control.spi.BackendReply;
import io.nexus.control.spi.BackendRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The HTTP client of a backend, in the style of its provider. */
final class ProviderClient implements BackendClient {

  private static final Logger LOG = System.getLogger(ProviderClient.class.getName());
  private static final int MAX_MODELS_BYTES = 8 << 20;

  /** Each provider lists its models in the form of its own API. */
  private static final Api LISTING = Api.GEMINI;

  private static final String GOOGLES_LIST = "models";
  private static final String GOOGLES_PREFIX = "models/";
  private static final JsonFactory JSON = new JsonFactory();

  private final BackendAddress address;
  private final ProviderStyle style;
  private final UpstreamHttp http;
  private final Duration timeout;
  private final AtomicBoolean problemLogged = new AtomicBoolean();

  ProviderClient(BackendAddress address) {
    this.address = address;
    this.style = ProviderStyle.of(address.type());
    this.http = new UpstreamHttp(address, style.base(address), style.headers(address));
    this.timeout = address.timeout();
  }

  @Override
  public BackendReply send(BackendRequest request) throws BackendException {
    var api = request.api();
    return http.send(
        request.method(),
        style.path(api, request.path()),
        request.body(),
        request.contentType(),
        style.headers(address, api, request.headers()),
        timeout);
  }

  @Override
  public List<String> models(Duration patience) throws BackendException {
    try (var reply =
        http.get(style.models(), style.headers(address, LISTING, Map.of()), patience)) {
      int status = reply.status();
      return switch (status) {
        case 200 -> listed(ids(reply.body().readNBytes(MAX_MODELS_BYTES)));
        // A server that is up without a model list: its models are configured.
        case 404, 405 -> unlisted(status);
        case 401, 403 ->
            throw new BackendException(Kind.REFUSED, "refuses its API key (status " + status + ")");
        default ->
            throw new BackendException(
                status < 500 || status == 501 ? Kind.REFUSED : Kind.UNREACHABLE,
                "answers with status " + status);
      };
    } catch (JsonProcessingException e) {
      // Without the cause, which quotes the input.
      throw new BackendException(Kind.REFUSED, "answers with something else than a list of models");
    } catch (IOException e) {
      throw new BackendException(Kind.UNREACHABLE, "breaks off its list of models", e);
    }
  }

  private List<String> unlisted(int status) {
    var likely = LikelyAddress.of(address.type(), address.url());
    logProblem(
        "has no list of models at %s/models (status %d)%s"
            .formatted(
                address.url(),
                status,
                likely.map(url -> ": its url is probably \"" + url + "\"").orElse("")));
    return List.of();
  }

  private List<String> listed(List<String> ids) {
    if (ids.isEmpty()) {
      LikelyAddress.of(address.type(), address.url())
          .ifPresent(
              url ->
                  logProblem(
                      "lists no models at %s/models: its url is probably \"%s\""
                          .formatted(address.url(), url)));
    }
    return ids;
  }

  private void logProblem(String problem) {
    if (problemLogged.compareAndSet(false, true)) {
      LOG.log(Level.WARNING, "Backend {0} {1}", address.name(), problem);
    }
  }

  private static List<String> ids(byte[] body) throws IOException {
    var ids = new ArrayList<String>();
    try (var json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return ids;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var list = json.currentName();
        boolean isList = list.equals("data") || list.equals(GOOGLES_LIST);
        if (json.nextToken() != JsonToken.START_ARRAY || !isList) {
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isId = json.currentName().equals(list.equals(GOOGLES_LIST) ? "name" : "id");
            if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
              ids.add(plain(json.getText()));
            }
            json.skipChildren();
          }
        }
      }
    }
    return ids;
  }

  /** Removes the prefix of Google's model names. */
  private static String plain(String id) {
    return id.startsWith(GOOGLES_PREFIX) ? id.substring(GOOGLES_PREFIX.length()) : id;
  }

  @Override
  public void close() {
    http.close();
  }
}
