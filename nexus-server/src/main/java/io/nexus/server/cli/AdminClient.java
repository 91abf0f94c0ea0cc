package io.nexus.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.Timeout;

/**
 * A client of a running gateway's admin API. Errors are thrown as a {@link Failure} with the
 * gateway's message.
 */
final class AdminClient implements AutoCloseable {

  private static final Timeout PATIENCE = Timeout.ofSeconds(30);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final URI url;
  private final String key;
  private final CloseableHttpClient http =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setDefaultConnectionConfig(
                      ConnectionConfig.custom()
                          .setConnectTimeout(PATIENCE)
                          .setSocketTimeout(PATIENCE)
                          .build())
                  .build())
          .disableAutomaticRetries()
          .disableRedirectHandling()
          .setUserAgent("Nexus")
          .build();

  /**
   * Creates a client of the gateway at an address.
   *
   * @param key the admin key
   */
  AdminClient(URI url, String key) {
    this.url = url;
    this.key = key;
  }

  /** An empty object for a request. */
  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Encodes a name as a part of a path or query. */
  static String segment(String name) {
    // Slashes are kept: a key's own budget is named key/NAME.
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /** An amount in the usual notation; a dash if there is none. */
  static String amount(JsonNode amount) {
    return amount.isNumber() ? amount.decimalValue().toPlainString() : "-";
  }

  JsonNode get(String path) {
    return send("GET", path, "");
  }

  /** A list with the entries of all pages in its {@code data}. */
  JsonNode list(String path) {
    var list = get(path);
    var all = AdminClient.object().arrayNode();
    for (var page = list; ; ) {
      page.path("data").forEach(all::add);
      if (!page.path("has_more").asBoolean()) {
        return ((ObjectNode) list).put("has_more", false).set("data", all);
      }
      var last = all.path(all.size() - 1).path("name").asText();
      page = get(path + (path.indexOf('?') < 0 ? '?' : '&') + "after=" + segment(last));
    }
  }

  JsonNode send(String method, String path, ObjectNode body) {
    return send(method, path, body.toString());
  }

  /** Changes a thing as it was seen; refused if another change came between. */
  JsonNode change(String path, JsonNode seen, ObjectNode body) {
    return send(
        request("PATCH", path).setHeader("If-Match", seen.path("version").asText()),
        path,
        body.toString());
  }

  /** Sends a request and returns the answer. */
  JsonNode send(String method, String path, String body) {
    return send(request(method, path), path, body);
  }

  private ClassicRequestBuilder request(String method, String path) {
    return ClassicRequestBuilder.create(method)
        .setUri(url.resolve(path))
        .setHeader("Authorization", "Bearer " + key);
  }

  private JsonNode send(ClassicRequestBuilder request, String path, String body) {
    if (!body.isEmpty()) {
      request.setEntity(body, ContentType.APPLICATION_JSON);
    }
    try {
      return http.execute(
          request.build(),
          response -> {
            var entity = response.getEntity();
            var text = entity == null ? "" : EntityUtils.toString(entity, StandardCharsets.UTF_8);
            return answer(path, response.getCode(), text);
          });
    } catch (IOException e) {
      throw new Failure(
          Failure.WORK,
          url
              + ": no gateway answers there ("
              + e.getMessage()
              + "): start it, or name another with --url");
    }
  }

  private JsonNode answer(String path, int status, String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Failure(
          Failure.WORK, url.resolve(path) + ": answers with status " + status + " and no JSON");
    }
    if (status / 100 == 2) {
      return json;
    }
    if (json.at("/error/code").asText().equals("unknown_url")) {
      throw new Failure(
          Failure.WORK, url + ": it has no admin API: start it with NEXUS_ADMIN_KEY set");
    }
    int exit = status == 400 ? Failure.USAGE : Failure.WORK;
    var message = json.at("/error/message").asText("status " + status);
    var param = json.at("/error/param").asText("");
    throw new Failure(
        exit, url + ": " + (message.contains(param) ? message : param + ": " + message));
  }

  @Override
  public void close() {
    try {
      http.close();
    } catch (IOException e) {
      throw new Failure(Failure.WORK, url + ": " + e.getMessage());
    }
  }
}
