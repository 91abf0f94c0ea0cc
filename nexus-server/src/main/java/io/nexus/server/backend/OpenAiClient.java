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
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Speaks to a backend in OpenAI's dialect. */
final class OpenAiClient implements BackendClient {

  private static final Logger LOG = System.getLogger(OpenAiClient.class.getName());
  private static final int MAX_MODELS_BYTES = 8 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private final BackendAddress address;
  private final UpstreamHttp http;
  private final Duration timeout;
  private final AtomicBoolean toldOfAddress = new AtomicBoolean();

  OpenAiClient(BackendAddress address) {
    this.address = address;
    this.http = new UpstreamHttp(address);
    this.timeout = address.timeout();
  }

  @Override
  public BackendReply send(Api api, byte[] body) throws BackendException {
    return send(api, body, Map.of());
  }

  @Override
  public BackendReply send(Api api, byte[] body, Map<String, String> headers)
      throws BackendException {
    return http.post(path(api), body, headers, timeout);
  }

  private static String path(Api api) {
    return switch (api) {
      case CHAT -> "/chat/completions";
      case COMPLETIONS -> "/completions";
      case EMBEDDINGS -> "/embeddings";
      case MODERATIONS -> "/moderations";
    };
  }

  @Override
  public List<String> models(Duration patience) throws BackendException {
    try (var reply = http.get("/models", patience)) {
      int status = reply.status();
      return switch (status) {
        case 200 -> listed(ids(reply.body().readNBytes(MAX_MODELS_BYTES)));
        // A server that is up and has no such list: the configuration says what it serves.
        case 404, 405 -> unlisted(status);
        case 401, 403 ->
            throw new BackendException(Kind.REFUSED, "refuses its API key (status " + status + ")");
        default ->
            throw new BackendException(
                status < 500 || status == 501 ? Kind.REFUSED : Kind.UNREACHABLE,
                "answers with status " + status);
      };
    } catch (JsonProcessingException e) {
      // Without its cause, which quotes what came.
      throw new BackendException(Kind.REFUSED, "answers with something else than a list of models");
    } catch (IOException e) {
      throw new BackendException(Kind.UNREACHABLE, "breaks off its list of models", e);
    }
  }

  private List<String> unlisted(int status) {
    var likely = LikelyAddress.of(address.type(), address.url());
    tell(
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
                  tell(
                      "lists no models at %s/models: its url is probably \"%s\""
                          .formatted(address.url(), url)));
    }
    return ids;
  }

  private void tell(String problem) {
    if (toldOfAddress.compareAndSet(false, true)) {
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
        if (!json.currentName().equals("data") || json.nextToken() != JsonToken.START_ARRAY) {
          json.nextToken();
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean id = json.currentName().equals("id");
            if (json.nextToken() == JsonToken.VALUE_STRING && id) {
              ids.add(json.getText());
            }
            json.skipChildren();
          }
        }
      }
    }
    return ids;
  }

  @Override
  public void close() {
    http.close();
  }
}
